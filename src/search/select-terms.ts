import type { RankTerm } from '../engine/search-engine.js';

/** PROVISIONAL, see query/rank.ts. */
export function selectTerms(
  words: readonly string[], statistics: { readonly documentCounts: readonly number[] },
): { readonly kept: readonly RankTerm[]; readonly dropped: readonly string[] } {
  const byRarity = words.map((key, index) => ({ key, count: statistics.documentCounts[index]! })).sort((left, right) => left.count - right.count);
  const kept = byRarity.filter(({ count }) => count > 0).slice(0, 64);
  return { kept: kept.map(({ key }) => ({ key, weight: 1 })), dropped: words.filter((word) => !kept.some(({ key }) => key === word)) };
}
