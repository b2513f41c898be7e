import { allOf, anyOf, type FilterNode } from './ast.js';

type Terms = Extract<FilterNode, { kind: 'terms' }>;

/**
 * The disjunction, with as few conditions as is easily done: alternatives that differ only in the values of one field become one. A filter
 * made of many rules is answered many times faster. It means the same, also where a missing fact makes conditions unknown.
 */
export function mergeAlternatives(nodes: readonly FilterNode[]): FilterNode {
  const groups = new Map<string, { readonly terms: Terms | null; readonly values: Set<string>; readonly others: readonly FilterNode[] }>();
  for (const node of nodes) {
    const conjuncts = node.kind === 'and' ? node.nodes : [node];
    const terms = conjuncts.find((part): part is Terms => part.kind === 'terms') ?? null;
    const others = conjuncts.filter((part) => part !== terms);
    const key = JSON.stringify([terms?.field ?? null, others]);
    const group = groups.get(key) ?? { terms, values: new Set<string>(), others };
    for (const value of terms?.values ?? []) group.values.add(value);
    groups.set(key, group);
  }
  return anyOf(
    [...groups.values()].map(({ terms, values, others }) =>
      allOf([...(terms === null ? [] : [{ ...terms, values: [...values] }]), ...others]),
    ),
  );
}
