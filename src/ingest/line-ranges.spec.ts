import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scaled } from '../../test/support/scale.js';
import { addLines, lineRangeLimit, linesText, type LinesByOutcome, type RecordOutcome } from './line-ranges.js';

const OUTCOMES: readonly RecordOutcome[] = ['new', 'duplicate', 'merged', 'conflict', 'rejected'];
const batch = fc.array(fc.record({ step: fc.constantFrom(0, 1, 1, 1, 1, 2, 5), outcome: fc.constantFrom(...OUTCOMES) }), { maxLength: 40 });

interface Place {
  readonly line: number;
  readonly outcome: RecordOutcome;
}

/** Batches whose records stand one behind the other in a file; several may share a line. */
const batches = fc.array(batch, { maxLength: 5 }).map((all) => {
  let line = 1;
  return all.map((steps) => steps.map(({ step, outcome }): Place => ({ line: (line += step), outcome })));
});

function collect(all: readonly (readonly Place[])[], limit: number): LinesByOutcome {
  return all.reduce<LinesByOutcome>(
    (known, places) =>
      addLines(
        JSON.parse(JSON.stringify(known)) as LinesByOutcome,
        places.map(({ outcome }) => outcome),
        places.map(({ line }) => line),
        limit,
      ),
    {},
  );
}

describe('lines of each outcome', () => {
  it('are those of its records, as few ranges, however the file was cut into batches and stored in between', () => {
    fc.assert(
      fc.property(batches, (all) => {
        const places = all.flat();
        const collected = collect(all, 1_000);
        expect(collect([places], 1_000)).toEqual(collected);
        for (const outcome of OUTCOMES) {
          const expected = [...new Set(places.filter((place) => place.outcome === outcome).map(({ line }) => line))];
          const { ranges, omitted } = collected[outcome] ?? { ranges: [], omitted: 0 };
          expect(ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index))).toEqual(
            expected,
          );
          expect(ranges.every(([first], index) => index === 0 || first > ranges[index - 1]![1] + 1)).toBe(true);
          expect(omitted).toBe(0);
        }
      }),
      { numRuns: scaled(2_000) },
    );
  });

  it('are counted only behind the last range that is kept', () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 6 }), (all, limit) => {
        const [whole, cut] = [collect(all, 1_000), collect(all, limit)];
        for (const outcome of OUTCOMES) {
          const { ranges, omitted } = cut[outcome] ?? { ranges: [], omitted: 0 };
          expect(ranges).toEqual((whole[outcome]?.ranges ?? []).slice(0, limit));
          const last = ranges.at(-1)?.[1] ?? 0;
          expect(omitted).toBe(all.flat().filter((place) => place.outcome === outcome && place.line > last).length);
        }
      }),
      { numRuns: scaled(2_000) },
    );
  });

  it('stay few in a run of many files', () => {
    expect([1, 10, 100, 5_000].map(lineRangeLimit)).toEqual([1_000, 1_000, 100, 10]);
  });

  it('read as ranges', () => {
    const ranges = [
      [12, 40],
      [57, 57],
      [60, 61],
    ] as const;
    expect(linesText({ ranges, omitted: 0 })).toBe('12-40, 57, 60-61');
    expect(linesText({ ranges, omitted: 3 }, 1)).toBe('12-40, and 2 more ranges, and 3 records behind them');
  });
});
