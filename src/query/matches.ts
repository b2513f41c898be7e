import type { FilterNode, Query, TextNode } from './ast.js';
import type { FieldName, FieldValues } from './fields.js';
import type { FoldedText } from './folded-text.js';
import { occurrences, type TextLeaf } from './occurrences.js';

/** One message as queries see it: `fieldValues(message)` and `foldMessage(message)`. */
export interface QuerySubject {
  readonly values: FieldValues;
  readonly folded: FoldedText;
}

/** Whether the message is a hit: the definition that engines must agree with. */
export function matches(query: Query, subject: QuerySubject): boolean {
  return matchesFilter(query.filter, subject.values) && (query.text === null || matchesText(query.text, subject.folded));
}

/** Whether the facts satisfy the condition. Throws on an unknown field: a hold scope that cannot be read must not read as "not held". */
export function matchesFilter(node: FilterNode, values: FieldValues): boolean {
  switch (node.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'terms':
      return listOf(values, node.field).some((value) => node.values.includes(String(value)));
    case 'flag':
      return listOf(values, node.field).includes(node.value);
    case 'range':
      return listOf(values, node.field).some((value) => isWithin(value, node.from, node.to));
    case 'and':
      return node.nodes.every((child) => matchesFilter(child, values));
    case 'or':
      return node.nodes.some((child) => matchesFilter(child, values));
    case 'not':
      return !matchesFilter(node.node, values);
    default:
      node satisfies never;
      throw new Error('unknown kind of filter node');
  }
}

/** Whether the folded text satisfies the condition. */
export function matchesText(node: TextNode, folded: FoldedText): boolean {
  switch (node.kind) {
    case 'and':
      return node.nodes.every((child) => matchesText(child, folded));
    case 'or':
      return node.nodes.some((child) => matchesText(child, folded));
    case 'not':
      return !matchesText(node.node, folded);
    case 'literal':
    case 'word':
    case 'near':
    case 'digits':
      return node.fields.some((field) => hasOccurrence(node, folded[field]));
    default:
      node satisfies never;
      throw new Error('unknown kind of text node');
  }
}

function hasOccurrence(leaf: TextLeaf, text: string): boolean {
  for (const _ of occurrences(leaf, text)) return true;
  return false;
}

/** A missing fact is an empty list. */
function listOf(values: FieldValues, field: FieldName): readonly (string | number | boolean)[] {
  const value: FieldValues[FieldName] | undefined = values[field];
  if (value === undefined) throw new Error(`unknown field ${field}`);
  if (value === null) return [];
  return typeof value === 'object' ? value : [value];
}

function isWithin(value: string | number | boolean, from: number | null, to: number | null): boolean {
  return typeof value === 'number' && (from === null || value >= from) && (to === null || value < to);
}
