import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adversarialText } from '../../test/support/adversarial-text.js';
import { scaled } from '../../test/support/scale.js';
import { foldWithOffsets } from './fold-map.js';
import { fold } from './fold.js';

const RUNS = { numRuns: scaled(20_000) };

describe('foldWithOffsets', () => {
  it.each([
    [
      '臺 \u200b\u3000A',
      '台 a',
      [
        [0, 1],
        [1, 4],
        [4, 5],
      ],
    ],
    [
      'x㈱y',
      'x(株)y',
      [
        [0, 1],
        [1, 2],
        [1, 2],
        [1, 2],
        [2, 3],
      ],
    ],
    [
      '\u1100\u1161\u11a8가',
      '각가',
      [
        [0, 3],
        [3, 4],
      ],
    ],
    [
      'e\u0301👍',
      'e👍',
      [
        [0, 1],
        [2, 4],
        [2, 4],
      ],
    ],
  ])('maps %j', (text, key, ranges) => {
    const map = foldWithOffsets(text);
    expect(map.key).toBe(key);
    expect(Array.from(map.starts, (start, index) => [start, map.ends[index]])).toEqual(ranges);
  });

  it('makes the key of fold, from ranges in order that fold to what they stand for', () => {
    fc.assert(
      fc.property(adversarialText(), (text) => {
        const { key, starts, ends } = foldWithOffsets(text);
        expect([key, starts.length, ends.length]).toEqual([fold(text), key.length, key.length]);
        const isRight = (unit: number): boolean =>
          fold(text.slice(starts[unit], ends[unit])).includes(key.charAt(unit)) && (unit === 0 || starts[unit]! >= starts[unit - 1]!);
        expect(Array.from(starts.keys()).filter((unit) => !isRight(unit))).toEqual([]);
      }),
      RUNS,
    );
  });
});
