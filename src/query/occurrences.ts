import type { DigitsNode, LiteralNode, NearNode, WordNode } from './ast.js';
import { DIGIT_SEPARATORS, MAX_DIGIT_SEPARATORS } from './digit-separators.js';
import { PART_BOUNDARY } from './folded-text.js';
import { isWordCodePoint } from './word-code-point.js';

/** A node that looks at text itself. */
export type TextLeaf = LiteralNode | WordNode | NearNode | DigitsNode;

/** UTF-16 units of one folded field. */
export interface Occurrence {
  readonly start: number;
  readonly length: number;
}

/** Where one folded field has what the leaf asks for, lazily; places may overlap. What matches and what is explained come from here. */
export function occurrences(leaf: TextLeaf, text: string): Iterable<Occurrence> {
  switch (leaf.kind) {
    case 'literal':
      return literals(text, leaf.key);
    case 'word':
      return words(text, leaf.key);
    case 'near':
      return pairs(text, leaf);
    case 'digits':
      return digitRuns(text, leaf.digits);
    default:
      return leaf satisfies never;
  }
}

function* literals(text: string, key: string): Generator<Occurrence> {
  for (let start = text.indexOf(key); start !== -1; start = text.indexOf(key, start + 1)) yield { start, length: key.length };
}

function* words(text: string, key: string): Generator<Occurrence> {
  for (const found of literals(text, key)) {
    const before = codePointBefore(text, found.start);
    const behind = text.codePointAt(found.start + found.length) ?? 0;
    if (!isWordCodePoint(before) && !isWordCodePoint(behind)) yield found;
  }
}

function codePointBefore(text: string, position: number): number {
  const last = Array.from(text.slice(Math.max(0, position - 2), position)).at(-1);
  return last?.codePointAt(0) ?? 0;
}

function* pairs(text: string, node: NearNode): Generator<Occurrence> {
  let offset = 0;
  for (const part of text.split(PART_BOUNDARY)) {
    yield* orderedPairs(part, offset, node.left, node.right, node.distance);
    if (!node.ordered) yield* orderedPairs(part, offset, node.right, node.left, node.distance);
    offset += part.length + PART_BOUNDARY.length;
  }
}

/** For each `first` the next `second` behind it: no other one is nearer. */
function* orderedPairs(part: string, offset: number, first: string, second: string, distance: number): Generator<Occurrence> {
  for (const { start } of literals(part, first)) {
    const from = start + first.length;
    // A code point has at most two units, so nothing within the distance lies outside this window.
    const between = part.slice(from, from + 2 * distance + second.length).indexOf(second);
    if (between === -1 || Array.from(part.slice(from, from + between)).length > distance) continue;
    yield { start: offset + start, length: first.length + between + second.length };
  }
}

/** A number is digits with few enough separators between them; it counts without the separators. */
function* digitRuns(text: string, digits: string): Generator<Occurrence> {
  let run = '';
  let positions: number[] = [];
  let separators = 0;
  for (let position = 0; position <= text.length; position++) {
    const character = text.charAt(position);
    if (character >= '0' && character <= '9') {
      run += character;
      positions.push(position);
      separators = 0;
    } else if (DIGIT_SEPARATORS.has(character) && separators < MAX_DIGIT_SEPARATORS) {
      separators++;
    } else {
      yield* digitsInRun(run, positions, digits);
      run = '';
      positions = [];
      separators = 0;
    }
  }
}

function* digitsInRun(run: string, positions: readonly number[], digits: string): Generator<Occurrence> {
  for (const found of literals(run, digits)) {
    const start = positions[found.start]!;
    yield { start, length: positions[found.start + found.length - 1]! + 1 - start };
  }
}
