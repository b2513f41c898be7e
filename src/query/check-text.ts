import { HoldfastError } from '../errors/errors.js';
import { TEXT_FIELDS, type TextNode } from './ast.js';
import { PART_BOUNDARY } from './folded-text.js';
import type { TextLeaf } from './occurrences.js';
import { QUERY_LIMITS } from './query-limits.js';
import { isWordCodePoint } from './word-code-point.js';

/** The part of `checkQuery` that looks at text conditions; same errors. */
export function checkText(text: TextNode): void {
  checkNode(text, 1, { leaves: 0 });
}

function checkNode(node: TextNode, depth: number, seen: { leaves: number }): void {
  if (depth > QUERY_LIMITS.depth) throw new HoldfastError('QUERY_TOO_DEEP', '', { limit: QUERY_LIMITS.depth });
  switch (node.kind) {
    case 'and':
    case 'or':
      if (node.nodes.length === 0) throw invalid(node.kind, 'needs at least one condition');
      node.nodes.forEach((child) => checkNode(child, depth + 1, seen));
      return;
    case 'not':
      checkNode(node.node, depth + 1, seen);
      return;
    default:
      if (++seen.leaves > QUERY_LIMITS.textLeaves) throw tooLarge('textLeaves');
      checkLeaf(node);
  }
}

function checkLeaf(leaf: TextLeaf): void {
  switch (leaf.kind) {
    case 'literal':
      checkKey(leaf.key, leaf.kind);
      break;
    case 'word':
      checkKey(leaf.key, leaf.kind);
      if (!Array.from(leaf.key).every((character) => isWordCodePoint(character.codePointAt(0)!))) {
        throw invalid(leaf.kind, 'takes Latin letters and digits only');
      }
      break;
    case 'near':
      checkKey(leaf.left, leaf.kind);
      checkKey(leaf.right, leaf.kind);
      if (!Number.isInteger(leaf.distance) || leaf.distance < 0 || leaf.distance > QUERY_LIMITS.nearDistance) {
        throw invalid(leaf.kind, `the distance must be a whole number from 0 to ${QUERY_LIMITS.nearDistance}`);
      }
      break;
    case 'digits':
      if (!/^[0-9]{2,}$/.test(leaf.digits)) throw invalid(leaf.kind, 'needs at least two digits and nothing else');
      if (leaf.digits.length > QUERY_LIMITS.literalCodePoints) throw tooLarge('literalCodePoints');
      break;
    default:
      leaf satisfies never;
      throw invalid('text', 'unknown kind of condition');
  }
  if (leaf.fields.length === 0 || !leaf.fields.every((field) => TEXT_FIELDS.includes(field)))
    throw invalid(leaf.kind, 'unknown text field, or none');
}

function checkKey(key: string, operator: string): void {
  if (key === '') throw new HoldfastError('QUERY_EMPTY_TERM');
  if (key.includes(PART_BOUNDARY)) throw invalid(operator, 'is not folded');
  // At most two units a code point: short keys need no counting.
  if (key.length > QUERY_LIMITS.literalCodePoints && Array.from(key).length > QUERY_LIMITS.literalCodePoints)
    throw tooLarge('literalCodePoints');
}

function tooLarge(limit: 'textLeaves' | 'literalCodePoints'): HoldfastError {
  return new HoldfastError('QUERY_TOO_LARGE', '', { limit: QUERY_LIMITS[limit], of: limit });
}

function invalid(parameter: string, reason: string): HoldfastError {
  return new HoldfastError('INPUT_INVALID', `${parameter}: ${reason}.`, { parameter });
}
