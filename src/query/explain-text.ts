import type { TextField, TextNode } from './ast.js';
import type { FoldedText } from './folded-text.js';
import { matchesText } from './matches.js';
import { occurrences, type Occurrence, type TextLeaf } from './occurrences.js';

/** A place in the folded text, in UTF-16 units of that field. */
export interface FoldedPlace extends Occurrence {
  readonly field: TextField;
}

/** A node of the query beside what it found in one message. */
export interface TextExplanation {
  readonly node: TextNode;
  readonly matched: boolean;
  /** The first 20 places, field by field; empty for `and`, `or`, `not`. */
  readonly where: readonly FoldedPlace[];
  readonly children: readonly TextExplanation[];
}

const MAX_PLACES = 20;

/** Why the text of a message satisfies the condition or not, node by node. */
export function explainText(node: TextNode, folded: FoldedText): TextExplanation {
  const matched = matchesText(node, folded);
  switch (node.kind) {
    case 'and':
    case 'or':
      return { node, matched, where: [], children: node.nodes.map((child) => explainText(child, folded)) };
    case 'not':
      return { node, matched, where: [], children: [explainText(node.node, folded)] };
    default:
      return { node, matched, where: firstPlaces(node, folded), children: [] };
  }
}

function firstPlaces(leaf: TextLeaf, folded: FoldedText): FoldedPlace[] {
  const places: FoldedPlace[] = [];
  for (const field of leaf.fields) {
    for (const { start, length } of occurrences(leaf, folded[field])) {
      if (places.length === MAX_PLACES) return places;
      places.push({ field, start, length });
    }
  }
  return places;
}
