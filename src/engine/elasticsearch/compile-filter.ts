import type { FilterNode } from '../../query/ast.js';
import { fieldDefinition, type FieldKind, type FieldName } from '../../query/fields.js';
import { ALL, anyTerm, every, negation, NONE, some, type Condition } from './condition.js';

/** What a date (JavaScript's own limits) and an integer field can hold. */
const LIMITS: Readonly<Partial<Record<FieldKind, readonly [least: number, most: number]>>> = {
  date: [-8.64e15, 8.64e15],
  number: [-(2 ** 31), 2 ** 31 - 1],
};

/** What a server counts a range as where it may read the field in three ways: a tree, values by document, the order of the index. */
const RANGE_CLAUSES = 3;

/** Bytes of a term; longer ones are refused in documents and in queries. */
const LONGEST_TERM = 32_766;

/** The condition of a filter. Pure. */
export function compileFilter(node: FilterNode): Condition {
  switch (node.kind) {
    case 'all':
      return ALL;
    case 'none':
      return NONE;
    case 'terms':
      return anyTerm(node.field, [...new Set(node.values)].filter(mayBeStored));
    case 'flag':
      return { kind: 'query', body: { term: { [node.field]: node.value } }, characters: 0 };
    case 'range':
      return range(node.field, node.from, node.to);
    case 'and':
      return every(node.nodes.map(compileFilter));
    case 'or':
      return some(node.nodes.map(compileFilter));
    case 'not':
      return negation(compileFilter(node.node));
    default:
      return node satisfies never;
  }
}

/** Stored values are whole numbers, so bounds may be rounded up: Elasticsearch refuses fractions and what does not fit its type. */
function range(field: FieldName, from: number | null, to: number | null): Condition {
  const [least, most] = LIMITS[fieldDefinition(field).kind]!;
  const first = from === null ? least : Math.ceil(from);
  const end = to === null ? most + 1 : Math.ceil(to);
  if (first > most || end <= least || first >= end) return NONE;
  const bounds = { ...(first > least && { gte: first }), ...(end <= most && { lt: end }) };
  const body = Object.keys(bounds).length === 0 ? { exists: { field } } : { range: { [field]: bounds } };
  return { kind: 'query', body, characters: 0, clauses: RANGE_CLAUSES };
}

/** Whether a document can hold the value: none holds half a surrogate pair (the server would take one for U+FFFD) or a longer term. */
export function mayBeStored(value: string): boolean {
  return value.isWellFormed() && (value.length * 3 <= LONGEST_TERM || Buffer.byteLength(value) <= LONGEST_TERM);
}
