import { describe, expect, it } from '@jest/globals';
import type { MoreSearches } from './composite-pages.js';
import { facetPart } from './value-aggregations.js';

const COUNTS: readonly (readonly [string, number])[] = [['a', 3], ['\u{e000}', 5], ['\u{1f600}', 5], ['b', 1]];

/** The answer of several shards, one of which may have counted more of some value than it told. */
function answer(bound: number): Record<string, unknown> {
  const values = { doc_count_error_upper_bound: bound, sum_other_doc_count: 9, buckets: [{ key: 'a', doc_count: 4 }] };
  return { values, missing: { doc_count: 7 } };
}

const allValues = {
  searching: {
    search: () => Promise.resolve({ aggregations: { page: { buckets: COUNTS.map(([value, count]) => ({ key: { value }, doc_count: count })) } } }),
  },
  query: { match_all: {} },
} as unknown as MoreSearches;

describe(facetPart.name, () => {
  it('takes the first buckets where their counts are sure', async () => {
    const part = facetPart({ field: 'senderId', first: 1 });
    expect(part.isWhole(answer(0))).toBe(true);
    expect(await part.read(answer(0), allValues)).toEqual({
      field: 'senderId', buckets: [{ value: 'a', label: null, count: 4 }], otherCount: 9, missingCount: 7,
    });
  });

  it('counts every value where they are not', async () => {
    const part = facetPart({ field: 'senderId', first: 2 });
    expect(part.isWhole(answer(1))).toBe(false);
    const facet = await part.read(answer(1), allValues);
    expect(facet.buckets.map(({ value, count }) => [value, count])).toEqual([['\u{e000}', 5], ['\u{1f600}', 5]]);
    expect([facet.otherCount, facet.missingCount]).toEqual([4, 7]);
  });
});
