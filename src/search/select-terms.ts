/** Words that are searched for at most. */
const MOST_WORDS = 64;
/** Hits that all words together may have: each is read. */
const MOST_HITS = 1_500_000;

/**
 * Which words of a question are searched for: the rarest first, as long as they are not too many and do not hit too much.
 * The very rarest is kept however much it hits. Words that no message has are dropped: they would find nothing.
 */
export function selectTerms(
  words: readonly string[], statistics: { readonly documentCounts: readonly number[] },
): { readonly kept: readonly string[]; readonly dropped: readonly string[] } {
  const byRarity = words
    .map((word, index) => ({ word, count: statistics.documentCounts[index]! }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => left.count - right.count)
    .slice(0, MOST_WORDS);
  let hits = 0;
  const kept = byRarity.filter(({ count }, index) => (hits += count) <= MOST_HITS || index === 0).map(({ word }) => word);
  const keptSet = new Set(kept);
  return { kept, dropped: words.filter((word) => !keptSet.has(word)) };
}
