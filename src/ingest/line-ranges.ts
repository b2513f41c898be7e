import type { ImportOutcome } from '../domain/values.js';

/** What becomes of a record that was read. */
export type RecordOutcome = ImportOutcome | 'rejected';

/** Lines of a file from first to last, both included; the first line of a file is 1. */
export type LineRange = readonly [first: number, last: number];

/** Where the records of one outcome stand. */
export interface OutcomeLines {
  /** In order of the file; neither overlapping nor touching. */
  readonly ranges: readonly LineRange[];
  /** Records behind the last range, whose lines are not told because there are too many ranges. */
  readonly omitted: number;
}

/** Plain data: it is stored. Outcomes that no record has are left out. */
export type LinesByOutcome = Readonly<Partial<Record<RecordOutcome, OutcomeLines>>>;

export const NO_LINES: OutcomeLines = { ranges: [], omitted: 0 };

/** Ranges of each outcome that are kept of a file, and fewer where a run has many files: its record is stored every few seconds. */
const MOST_RANGES = 1_000;
const MOST_RANGES_OF_RUN = 10_000;
const LEAST_RANGES = 10;

/** How many ranges of each outcome are kept of each file of a run. */
export function lineRangeLimit(fileCount: number): number {
  return Math.max(LEAST_RANGES, Math.min(MOST_RANGES, Math.floor(MOST_RANGES_OF_RUN / fileCount)));
}

/**
 * The lines together with those of the next records: `lines` and `outcomes` by record, in order of the file. Records may share a
 * line. Beyond `limit` ranges of an outcome, its records are only counted.
 */
export function addLines(
  known: LinesByOutcome,
  outcomes: readonly RecordOutcome[],
  lines: readonly number[],
  limit: number,
): LinesByOutcome {
  const collectors: Partial<Record<RecordOutcome, LineCollector>> = {};
  for (let index = 0; index < outcomes.length; index += 1) {
    const outcome = outcomes[index]!;
    (collectors[outcome] ??= new LineCollector(known[outcome] ?? NO_LINES, limit)).add(lines[index]!);
  }
  const added: Partial<Record<RecordOutcome, OutcomeLines>> = { ...known };
  for (const [outcome, collector] of Object.entries(collectors)) added[outcome as RecordOutcome] = collector.build();
  return added;
}

/** As in `12-40, 57`; at most so many ranges, and how many records are left out. */
export function linesText({ ranges, omitted }: OutcomeLines, most = Infinity): string {
  const shown = ranges.slice(0, most).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const cut = ranges.length - shown.length;
  return [...shown, ...(cut > 0 ? [`and ${cut} more ranges`] : []), ...(omitted > 0 ? [`and ${omitted} records behind them`] : [])].join(
    ', ',
  );
}

/** Ends of ranges as plain numbers: an import passes every record through here. */
class LineCollector {
  private readonly ranges: LineRange[];
  private first: number;
  private last: number;
  private omitted: number;

  constructor(
    { ranges, omitted }: OutcomeLines,
    private readonly limit: number,
  ) {
    this.ranges = ranges.slice(0, -1);
    [this.first, this.last] = ranges.at(-1) ?? [0, -1];
    this.omitted = omitted;
  }

  add(line: number): void {
    if (this.omitted > 0) this.omitted += 1;
    else if (line === this.last + 1 && this.first > 0) this.last = line;
    else if (line < this.first || line > this.last) this.begin(line);
  }

  build(): OutcomeLines {
    return { ranges: this.first === 0 ? [] : [...this.ranges, [this.first, this.last]], omitted: this.omitted };
  }

  private begin(line: number): void {
    if (this.first > 0) {
      if (this.ranges.length + 1 >= this.limit) {
        this.omitted += 1;
        return;
      }
      this.ranges.push([this.first, this.last]);
    }
    this.first = line;
    this.last = line;
  }
}
