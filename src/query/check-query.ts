import { HoldfastError } from '../errors/errors.js';
import type { FilterNode, Query } from './ast.js';
import { checkText } from './check-text.js';
import { FIELD_NAMES, fieldDefinition, type FieldKind, type FieldName } from './fields.js';
import { QUERY_LIMITS } from './query-limits.js';

/**
 * Refuses what engines need not understand. Throws QUERY_TOO_DEEP, QUERY_TOO_LARGE (limits in `query-limits.ts`) or INPUT_INVALID:
 * unknown field or node, operator that does not fit the field, empty `and`/`or`, unusable number, range, literal or distance.
 * A `terms` condition without values is allowed and matches nothing.
 */
export function checkQuery(query: Query): void {
  checkFilter(query.filter);
  if (query.text !== null) checkText(query.text);
}

/** The same for a filter alone, e.g. a stored scope. */
export function checkFilter(filter: FilterNode): void {
  checkNode(filter, 1, { nodes: 0 });
}

function checkNode(node: FilterNode, depth: number, seen: { nodes: number }): void {
  if (depth > QUERY_LIMITS.depth) throw new HoldfastError('QUERY_TOO_DEEP', '', { limit: QUERY_LIMITS.depth });
  if (++seen.nodes > QUERY_LIMITS.filterNodes) throw tooLarge('filterNodes');
  switch (node.kind) {
    case 'all':
    case 'none':
      return;
    case 'terms':
      checkField(node.field, ['keyword'], node.kind);
      if (node.values.length > QUERY_LIMITS.termValues) throw tooLarge('termValues');
      if (!node.values.every((value) => typeof value === 'string')) throw invalid(node.kind, 'values must be text');
      return;
    case 'flag':
      checkField(node.field, ['boolean'], node.kind);
      if (typeof node.value !== 'boolean') throw invalid(node.kind, 'value must be true or false');
      return;
    case 'range':
      checkField(node.field, ['date', 'number'], node.kind);
      checkBounds(node.from, node.to);
      return;
    case 'and':
    case 'or':
      if (node.nodes.length === 0) throw invalid(node.kind, 'needs at least one condition');
      node.nodes.forEach((child) => checkNode(child, depth + 1, seen));
      return;
    case 'not':
      checkNode(node.node, depth + 1, seen);
      return;
    default:
      node satisfies never;
      throw invalid('filter', 'unknown kind of condition');
  }
}

function checkField(field: FieldName, kinds: readonly FieldKind[], operator: string): void {
  if (!FIELD_NAMES.includes(field)) throw invalid(operator, 'unknown field');
  const { kind } = fieldDefinition(field);
  if (!kinds.includes(kind)) throw invalid(operator, `does not fit ${field}, which is a ${kind}`);
}

function checkBounds(from: number | null, to: number | null): void {
  if (![from, to].every((bound) => bound === null || Number.isFinite(bound))) throw invalid('range', 'bounds must be finite numbers');
  if (from !== null && to !== null && from > to) throw invalid('range', 'begins after its end');
}

function tooLarge(limit: 'filterNodes' | 'termValues'): HoldfastError {
  return new HoldfastError('QUERY_TOO_LARGE', '', { limit: QUERY_LIMITS[limit], of: limit });
}

function invalid(parameter: string, reason: string): HoldfastError {
  return new HoldfastError('INPUT_INVALID', `${parameter}: ${reason}.`, { parameter });
}
