import type { ImportRun } from '../ingest/import-run.js';
import { gapsOf, joinRanges, type SequenceRanges } from '../ingest/sequence-ranges.js';

/** Missing places in the order of a stream, first and last included; numbers are decimal digits. */
export interface SequenceGap {
  readonly first: string;
  readonly last: string;
  readonly count: string;
  /** The file that holds the place right before the gap, and the one that holds the place right behind it. */
  readonly fileBefore: string | null;
  readonly fileBehind: string | null;
}

/** How complete one capture stream is, by the numbers of its records, over all its imports. */
export interface SourceSequence {
  readonly source: string;
  readonly first: string;
  readonly last: string;
  /** Numbers missing between the first and the last, all gaps together. */
  readonly missingCount: string;
  readonly gapCount: number;
  /** The first `MOST_GAPS` gaps. */
  readonly gaps: readonly SequenceGap[];
  /** Records that imports could not keep; their numbers are among the missing ones. */
  readonly recordsRejected: number;
}

/** Gaps shown of one source. */
const MOST_GAPS = 100;

/** Joins the imports of each source, given in any order; collect them with `add`, then ask once. */
export class SequenceCollection {
  private readonly runs = new Map<string, ImportRun[]>();

  add(run: ImportRun): void {
    const known = this.runs.get(run.source);
    if (known === undefined) this.runs.set(run.source, [run]);
    else known.push(run);
  }

  /** Those of the sources asked for that count their records, by name. */
  build(isAsked: (source: string) => boolean): readonly SourceSequence[] {
    return [...this.runs]
      .filter(([source]) => isAsked(source))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([source, runs]) => sequenceOf(source, runs) ?? []);
  }
}

function sequenceOf(source: string, runs: readonly ImportRun[]): SourceSequence | null {
  const ranges = runs.reduce<SequenceRanges>((joined, { tally }) => joinRanges(joined, sequencesOf(tally)), []);
  if (ranges.length === 0) return null;
  const gaps = gapsOf(ranges);
  const shown = gaps.slice(0, MOST_GAPS);
  const files = filesAt(runs, shown);
  return {
    source,
    first: ranges[0]![0],
    last: ranges.at(-1)![1],
    missingCount: gaps.reduce((sum, gap) => sum + lengthOf(gap), 0n).toString(),
    gapCount: gaps.length,
    gaps: shown.map(([first, last]) => ({
      first,
      last,
      count: lengthOf([first, last]).toString(),
      fileBefore: files.get(before(first)) ?? null,
      fileBehind: files.get(behind(last)) ?? null,
    })),
    recordsRejected: runs.reduce((sum, { tally }) => sum + tally.counts.rejected, 0),
  };
}

/** The first file found for each number beside a gap. A gap begins and ends where the ranges of some file do. */
function filesAt(runs: readonly ImportRun[], gaps: SequenceRanges): ReadonlyMap<string, string> {
  const wanted = new Set(gaps.flatMap(([first, last]) => [before(first), behind(last)]));
  const found = new Map<string, string>();
  for (const { name, tally } of runs.flatMap(({ files }) => files)) {
    for (const end of sequencesOf(tally).flat()) if (wanted.has(end) && !found.has(end)) found.set(end, name);
  }
  return found;
}

/** Runs of an earlier version did not note them. */
function sequencesOf({ sequences }: { readonly sequences?: SequenceRanges }): SequenceRanges {
  return sequences ?? [];
}

function lengthOf([first, last]: readonly [string, string]): bigint {
  return BigInt(last) - BigInt(first) + 1n;
}

function before(sequence: string): string {
  return (BigInt(sequence) - 1n).toString();
}

function behind(sequence: string): string {
  return (BigInt(sequence) + 1n).toString();
}
