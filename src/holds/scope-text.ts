import type { FilterNode } from '../query/ast.js';
import { fieldDefinition } from '../query/fields.js';

/** Values of a list that are written out. */
const SHOWN = 20;

/** A scope for people to read, e.g. `custodianId is wang or li, and sentAt is 2026-01-01T00:00:00.000Z or later`. */
export function scopeText(scope: FilterNode): string {
  switch (scope.kind) {
    case 'all':
      return 'everything';
    case 'none':
      return 'nothing';
    case 'terms':
      return `${scope.field} is ${listText(scope.values)}`;
    case 'flag':
      return `${scope.field} is ${scope.value}`;
    case 'range':
      return rangeText(scope);
    case 'and':
      return scope.nodes.map(partText).join(', and ');
    case 'or':
      return scope.nodes.map(partText).join(', or ');
    case 'not':
      return `not (${scopeText(scope.node)})`;
    default:
      scope satisfies never;
      throw new Error('unknown kind of filter node');
  }
}

function partText(node: FilterNode): string {
  return node.kind === 'and' || node.kind === 'or' ? `(${scopeText(node)})` : scopeText(node);
}

function listText(values: readonly string[]): string {
  const more = values.length - SHOWN;
  return `${values.slice(0, SHOWN).join(' or ')}${more > 0 ? ` or one of ${more} more` : ''}`;
}

function rangeText({ field, from, to }: Extract<FilterNode, { kind: 'range' }>): string {
  const show = (bound: number): string => (fieldDefinition(field).kind === 'date' ? new Date(bound).toISOString() : String(bound));
  const bounds = [...(from === null ? [] : [`${show(from)} or later`]), ...(to === null ? [] : [`before ${show(to)}`])];
  return `${field} is ${bounds.length === 0 ? 'known' : bounds.join(' and ')}`;
}
