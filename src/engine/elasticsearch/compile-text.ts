import { digitLiteralGrams } from '../../analysis/digit-runs.js';
import { literalGrams } from '../../analysis/grams.js';
import { wordToken } from '../../analysis/word-tokens.js';
import type { NearNode, TextField, TextNode } from '../../query/ast.js';
import { anyTerm, every, negation, some, type Condition } from './condition.js';

/** The fields of the index that hold the grams of a text. */
const GRAM_FIELDS: Readonly<Record<TextField, readonly string[]>> = { body: ['clean', 'raw'], name: ['names'], attachment: ['attachments'] };

/** Pairs of code points in which two texts are looked for next to each other; each counts as a clause. */
const MOST_PAIRS = 32;

/** The condition of a text. Pure; keys are folded already. */
export function compileText(node: TextNode): Condition {
  switch (node.kind) {
    case 'literal':
      return literal(node.key, node.fields);
    case 'word':
      return anyTerm('words', distinct(node.fields).map((field) => wordToken(node.key, field)));
    case 'digits':
      return some([
        literal(node.digits, node.fields),
        ...distinct(node.fields).map((field) => grams('digits', digitLiteralGrams(node.digits, field))),
      ]);
    case 'near':
      return { kind: 'checked', candidates: nearCandidates(node), node };
    case 'and':
      return every(node.nodes.map(compileText));
    case 'or':
      return some(node.nodes.map(compileText));
    case 'not':
      return negation(compileText(node.node));
    default:
      return node satisfies never;
  }
}

function literal(key: string, fields: readonly TextField[]): Condition {
  const tokens = literalGrams(key);
  return some(distinct(fields).flatMap((field) => GRAM_FIELDS[field]).map((field) => grams(field, tokens)));
}

/** The tokens one after the other. They hold nothing that the server's analyzer splits at (`analysis/grams.ts`). */
function grams(field: string, tokens: readonly string[]): Condition {
  if (tokens.length === 1) return anyTerm(field, tokens);
  const phrase = tokens.join(' ');
  return { kind: 'query', body: { match_phrase: { [field]: phrase } }, characters: phrase.length };
}

/** Both texts in one field, and not far from each other where the index can tell. */
function nearCandidates(node: NearNode): Condition {
  const { left, right, fields } = node;
  return some(
    distinct(fields).flatMap((field) => GRAM_FIELDS[field]).map((field) => every([...[left, right].map((key) => grams(field, literalGrams(key))), ...closeTogether(node, field)])),
  );
}

/**
 * The pairs of code points of both texts within the distance. What it finds too much (texts that overlap, or stand in two
 * parts of the field) is checked later. Nothing where a text has no pair, or so many that they cost more than they save.
 */
function closeTogether({ left, right, distance, ordered }: NearNode, field: string): Condition[] {
  const both = [left, right].map(pairs);
  const clauses = both.flat().length;
  if (both.some((list) => list.length === 0) || clauses > MOST_PAIRS) return [];
  const intervals = both.map((list) => ({ match: { query: list.join(' '), max_gaps: 0, ordered: true } }));
  // A text of n code points has n - 1 pairs, so the second one begins a place later than it seems.
  const body = { intervals: { [field]: { all_of: { ordered, max_gaps: distance + 1, intervals } } } };
  return [{ kind: 'query', body, characters: left.length + right.length, clauses }];
}

function pairs(key: string): string[] {
  const characters = Array.from(key);
  return characters.slice(1).flatMap((character, index) => literalGrams(characters[index]! + character));
}

function distinct(fields: readonly TextField[]): TextField[] {
  return [...new Set(fields)];
}
