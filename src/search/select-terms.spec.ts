import { describe, expect, it } from '@jest/globals';
import { selectTerms } from './select-terms.js';

describe('selectTerms', () => {
  it.each<[what: string, counts: number[], kept: string[], dropped: string[]]>([
    ['the rarest first', [30, 10, 20], ['b', 'c', 'a'], []],
    ['not what no message has', [0, 5, 0], ['b'], ['a', 'c']],
    ['not what would hit too much together', [1_000_000, 10, 900_000], ['b', 'c'], ['a']],
    ['the rarest, however much it hits', [3_000_000, 0, 4_000_000], ['a'], ['b', 'c']],
    ['nothing of nothing', [0, 0, 0], [], ['a', 'b', 'c']],
  ])('keeps %s', (_what, documentCounts, kept, dropped) => {
    expect(selectTerms(['a', 'b', 'c'], { documentCounts })).toEqual({ kept, dropped });
  });

  it('keeps at most 64 words and names the others', () => {
    const words = Array.from({ length: 100 }, (_, index) => `w${index}`);
    const { kept, dropped } = selectTerms(words, { documentCounts: words.map((_, index) => index + 1) });
    expect([kept.length, dropped.length, kept[0], dropped[0]]).toEqual([64, 36, 'w0', 'w64']);
  });
});
