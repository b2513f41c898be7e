import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scaled } from '../../test/support/scale.js';
import { addSequence, gapsOf, joinRanges, MOST_RANGES, SequenceCollector, type SequenceRanges } from './sequence-ranges.js';

const LARGEST = 2n ** 64n - 1n;
const sequence = fc.oneof(
  fc.bigInt({ min: 0n, max: 40n }),
  fc.bigInt({ min: LARGEST - 40n, max: LARGEST }),
  fc.bigInt({ min: 0n, max: LARGEST }),
);

function collect(values: readonly bigint[]): SequenceRanges {
  const collector = new SequenceCollector();
  for (const value of values) collector.add(value.toString());
  return collector.build();
}

function count(ranges: SequenceRanges): bigint {
  return ranges.reduce((sum, [first, last]) => sum + BigInt(last) - BigInt(first) + 1n, 0n);
}

describe('ranges of sequences', () => {
  it('hold exactly what was added, in any order, and the gaps are the rest', () => {
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 60 }), fc.array(sequence, { maxLength: 60 }), (left, right) => {
        const all = [...new Set([...left, ...right])];
        const ranges = joinRanges(collect(left), collect(right));
        expect(ranges).toEqual(collect([...all].reverse()));
        expect(ranges).toEqual([...left, ...right].reduce((sum, value) => addSequence(sum, value.toString()), [] as SequenceRanges));
        expect(count(ranges)).toBe(BigInt(all.length));
        for (const value of all) expect(ranges.some(([first, last]) => BigInt(first) <= value && value <= BigInt(last))).toBe(true);
        if (all.length === 0) return;
        const least = all.reduce((one, other) => (one < other ? one : other));
        const greatest = all.reduce((one, other) => (one > other ? one : other));
        expect(count(gapsOf(ranges))).toBe(greatest - least + 1n - BigInt(all.length));
        expect(joinRanges(ranges, gapsOf(ranges))).toEqual([[least.toString(), greatest.toString()]]);
      }),
      { numRuns: scaled(2_000) },
    );
  });

  it('are exact where doubles are not', () => {
    expect(collect([9_007_199_254_740_992n, 9_007_199_254_740_994n])).toEqual([
      ['9007199254740992', '9007199254740992'],
      ['9007199254740994', '9007199254740994'],
    ]);
    expect(
      gapsOf([
        ['9', '10'],
        ['18446744073709551614', '18446744073709551615'],
      ]),
    ).toEqual([['11', '18446744073709551613']]);
  });

  it('keep the widest gaps when there are too many', () => {
    const values = Array.from({ length: MOST_RANGES + 500 }, (_, index) => BigInt(index) * 2n);
    const ranges = collect([...values, 1_000_000n]);
    expect(ranges).toHaveLength(MOST_RANGES);
    expect(ranges.at(-1)).toEqual(['1000000', '1000000']);
    expect(ranges[0]![0]).toBe('0');
  });
});
