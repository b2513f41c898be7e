import type { FilterNode } from '../query/ast.js';
import type { FieldName } from '../query/fields.js';

/** The filter that lets those messages through which have the field: of which `covers` knows an answer. */
export type HasField = (field: FieldName) => FilterNode;

/** Fields that a message may lack, so that `holds/covers.ts` answers `unknown`, and that no range can ask for. */
export const FIELDS_THAT_MAY_BE_MISSING = [
  'senderId',
  'source',
  'custodianId',
  'participantId',
  'importRunId',
] as const satisfies readonly FieldName[];
export type FieldThatMayBeMissing = (typeof FIELDS_THAT_MAY_BE_MISSING)[number];

/** The messages of which `covers(node)` says `yes`, as engines find them. */
export function certainly(node: FilterNode, has: HasField): FilterNode {
  if (node.kind === 'and' || node.kind === 'or') return { ...node, nodes: node.nodes.map((part) => certainly(part, has)) };
  return node.kind === 'not' ? { kind: 'not', node: possibly(node.node, has) } : node;
}

/** The messages of which `covers(node)` does not say `no`. */
export function possibly(node: FilterNode, has: HasField): FilterNode {
  if (node.kind === 'and' || node.kind === 'or') return { ...node, nodes: node.nodes.map((part) => possibly(part, has)) };
  if (node.kind === 'not') return { kind: 'not', node: certainly(node.node, has) };
  if (node.kind !== 'terms' && node.kind !== 'range') return node;
  const known = has(node.field);
  return known.kind === 'all' ? node : { kind: 'or', nodes: [node, { kind: 'not', node: known }] };
}

/** The fields of the filter that a message may lack. */
export function missableFields(node: FilterNode): readonly FieldThatMayBeMissing[] {
  if (node.kind === 'and' || node.kind === 'or') return node.nodes.flatMap(missableFields);
  if (node.kind === 'not') return missableFields(node.node);
  if (node.kind !== 'terms') return [];
  return FIELDS_THAT_MAY_BE_MISSING.filter((field) => field === node.field);
}
