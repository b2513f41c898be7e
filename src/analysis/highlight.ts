import type { Message } from '../domain/message.js';
import type { NearNode, TextField, TextNode } from '../query/ast.js';
import { occurrences, type Occurrence, type TextLeaf } from '../query/occurrences.js';
import { FoldedSource, type Span } from './folded-source.js';
import { boundaryAfter, boundaryBefore } from './grapheme-boundary.js';
import { searchableParts, type SearchablePart } from './searchable-parts.js';
import { cutSnippet, windowAround, type Snippet } from './snippet.js';

/** Why a message is a hit: a piece of its original text with the places to mark, in UTF-16 units of the snippet. */
export interface Highlight {
  readonly field: TextField;
  /** Whose name or text it is; null in the body. */
  readonly attachmentId: string | null;
  readonly snippet: string;
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

export interface HighlightOptions {
  /** About how many UTF-16 units a snippet has; a longer place is shown whole. */
  readonly snippetLength?: number;
  readonly snippetsPerField?: number;
}

/** A place of the key that a leaf asks for, in UTF-16 units. */
interface Hit extends Span {
  /** The same for all places of a leaf; a pair has one for each of its literals. */
  readonly subject: symbol;
}

const SNIPPET_LENGTH = 120;
const SNIPPETS_PER_FIELD = 3;
/** Of one leaf in one part: enough to fill every snippet, and a bound on what a long text can cost. */
const MOST_HITS = 1000;

/**
 * The snippets that show a hit, found again in the original texts: part by part as they are indexed, one snippet around the
 * first place of each literal, word, pair or number, unless an earlier one shows it. What a query excludes shows nothing.
 */
export function highlightMessage(message: Message, node: TextNode, options: HighlightOptions = {}): Highlight[] {
  const { snippetLength = SNIPPET_LENGTH, snippetsPerField = SNIPPETS_PER_FIELD } = options;
  const leaves = positiveLeaves(node, true);
  const counts: Record<TextField, number> = { body: 0, name: 0, attachment: 0 };
  const highlights: Highlight[] = [];
  for (const part of searchableParts(message)) {
    const limit = snippetsPerField - counts[part.field];
    if (limit <= 0) continue;
    const snippets = partSnippets(part, leaves, snippetLength, limit);
    counts[part.field] += snippets.length;
    for (const snippet of snippets) highlights.push({ field: part.field, attachmentId: part.attachmentId, ...snippet });
  }
  return highlights;
}

function positiveLeaves(node: TextNode, isPositive: boolean): TextLeaf[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.flatMap((child) => positiveLeaves(child, isPositive));
    case 'not':
      return positiveLeaves(node.node, !isPositive);
    default:
      return isPositive ? [node] : [];
  }
}

function partSnippets(part: SearchablePart, leaves: readonly TextLeaf[], length: number, limit: number): Snippet[] {
  const source = new FoldedSource(part.text);
  const hits = findHits(
    source.key,
    leaves.filter((leaf) => leaf.fields.includes(part.field)),
  );
  const unseen = new Set(hits.map((hit) => hit.subject));
  const snippets: Snippet[] = [];
  for (const [index, hit] of hits.entries()) {
    if (snippets.length === limit || unseen.size === 0) break;
    if (!unseen.has(hit.subject)) continue;
    const window = windowAround(part.text, placeOf(source, hit), length);
    const inside = hitsInside(source, hits, index, window);
    for (const { subject } of inside) unseen.delete(subject);
    snippets.push(
      cutSnippet(
        part.text,
        window,
        inside.map(({ place }) => place),
      ),
    );
  }
  return snippets;
}

/** In the order of their places. */
function findHits(key: string, leaves: readonly TextLeaf[]): Hit[] {
  const hits: Hit[] = [];
  for (const leaf of leaves) {
    const subjects = [Symbol(), Symbol()];
    let count = 0;
    for (const found of occurrences(leaf, key)) {
      const places = leaf.kind === 'near' ? endsOf(leaf, found, key) : [found];
      places.forEach(({ start, length }, index) => hits.push({ subject: subjects[index]!, start, end: start + length }));
      if (++count === MOST_HITS) break;
    }
  }
  return hits.sort((left, right) => left.start - right.start || left.end - right.end);
}

/** The left and the right literal of a pair, without what stands between them. */
function endsOf({ left, right }: NearNode, { start, length }: Occurrence, key: string): Occurrence[] {
  const end = start + length;
  const isLeftFirst = key.startsWith(left, start) && key.startsWith(right, end - right.length);
  return [
    { start: isLeftFirst ? start : end - left.length, length: left.length },
    { start: isLeftFirst ? end - right.length : start, length: right.length },
  ];
}

/** The hits that lie wholly in a window of the text, looking both ways from one that does. */
function hitsInside(source: FoldedSource, hits: readonly Hit[], from: number, window: Span): { subject: symbol; place: Span }[] {
  const inside: { subject: symbol; place: Span }[] = [];
  for (const step of [-1, 1]) {
    for (let index = step < 0 ? from - 1 : from; index >= 0 && index < hits.length; index += step) {
      const hit = hits[index]!;
      const place = placeOf(source, hit);
      if (place.start < window.start || place.start >= window.end) break;
      if (place.end <= window.end) inside.push({ subject: hit.subject, place });
    }
  }
  return inside;
}

/** In the original text, on grapheme boundaries. */
function placeOf(source: FoldedSource, hit: Span): Span {
  const { start, end } = source.sourceOf(hit.start, hit.end);
  return { start: boundaryBefore(source.text, start), end: boundaryAfter(source.text, end) };
}
