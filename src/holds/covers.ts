import type { FilterNode } from '../query/ast.js';
import { FIELD_NAMES, type FieldName, type FieldValues } from '../query/fields.js';

/** `unknown`: a fact that decides is missing. Whoever destroys takes everything but `no` as `yes`. */
export type Coverage = 'yes' | 'no' | 'unknown';

/**
 * Whether a hold's scope covers a message. Three-valued: a missing fact makes a condition unknown, and so its negation; a list that is
 * empty may lack what would be in it. Throws on a condition or field that it does not know.
 */
export function covers(scope: FilterNode, values: FieldValues): Coverage {
  switch (scope.kind) {
    case 'all':
      return 'yes';
    case 'none':
      return 'no';
    case 'terms':
      return some(known(values, scope.field), (value) => scope.values.includes(String(value)));
    case 'flag':
      return some(known(values, scope.field), (value) => value === scope.value);
    case 'range':
      return some(known(values, scope.field), (value) => isWithin(value, scope.from, scope.to));
    case 'and':
      return all(scope.nodes.map((node) => covers(node, values)));
    case 'or':
      return not(all(scope.nodes.map((node) => not(covers(node, values)))));
    case 'not':
      return not(covers(scope.node, values));
    default:
      scope satisfies never;
      throw new Error('unknown kind of filter node');
  }
}

function not(coverage: Coverage): Coverage {
  if (coverage === 'unknown') return 'unknown';
  return coverage === 'yes' ? 'no' : 'yes';
}

function all(coverages: readonly Coverage[]): Coverage {
  if (coverages.includes('no')) return 'no';
  return coverages.includes('unknown') ? 'unknown' : 'yes';
}

type Value = string | number | boolean;

/** The values of a field; null where the message lacks it. */
function known(values: FieldValues, field: FieldName): readonly Value[] | null {
  if (!FIELD_NAMES.includes(field)) throw new Error(`unknown field ${field}`);
  const value: FieldValues[FieldName] | undefined = values[field];
  const isMissing = value === undefined || value === null || (typeof value === 'object' && value.length === 0);
  if (isMissing) return isWithout(values, field) ? [] : null;
  return typeof value === 'object' ? value : [value];
}

/** Whether a missing fact is known not to be: what has no warnings has none, and what was never recalled was not recalled late. */
function isWithout(values: FieldValues, field: FieldName): boolean {
  if (field === 'recallDelaySeconds') return !values.isRecalled;
  return field === 'warning' || field === 'attachmentState';
}

function some(values: readonly Value[] | null, test: (value: Value) => boolean): Coverage {
  if (values === null) return 'unknown';
  return values.some(test) ? 'yes' : 'no';
}

function isWithin(value: Value, from: number | null, to: number | null): boolean {
  return typeof value === 'number' && (from === null || value >= from) && (to === null || value < to);
}

