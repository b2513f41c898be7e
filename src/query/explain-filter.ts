import type { FilterNode } from './ast.js';
import type { FieldValues } from './fields.js';
import { matchesFilter } from './matches.js';

/** A node of the filter beside its answer for one message. */
export interface FilterExplanation {
  readonly node: FilterNode;
  readonly matched: boolean;
  readonly children: readonly FilterExplanation[];
}

/** Why the facts of a message satisfy the condition or not, node by node. */
export function explainFilter(node: FilterNode, values: FieldValues): FilterExplanation {
  const parts = node.kind === 'and' || node.kind === 'or' ? node.nodes : node.kind === 'not' ? [node.node] : [];
  return { node, matched: matchesFilter(node, values), children: parts.map((part) => explainFilter(part, values)) };
}
