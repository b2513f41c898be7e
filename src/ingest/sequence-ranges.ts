/** Sequences of a stream that were seen, without a gap between first and last; both decimal digits of up to 64 bits. */
export type SequenceRange = readonly [first: string, last: string];

/** In ascending order; neither overlapping nor touching. */
export type SequenceRanges = readonly SequenceRange[];

/** More ranges than this are no stream with gaps but something else; the narrowest gaps are then taken for seen. */
export const MOST_RANGES = 10_000;

type Range = readonly [first: bigint, last: bigint];

/** The ranges together with one more sequence. */
export function addSequence(ranges: SequenceRanges, sequence: string): SequenceRanges {
  return joinRanges(ranges, [[sequence, sequence]]);
}

/** Everything that is in one or the other. */
export function joinRanges(left: SequenceRanges, right: SequenceRanges): SequenceRanges {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  return written(united([...parsed(left), ...parsed(right)]));
}

/** What is missing between the first and the last sequence seen. */
export function gapsOf(ranges: SequenceRanges): SequenceRanges {
  return ranges.slice(1).map(([first], index): SequenceRange => [`${BigInt(ranges[index]![1]) + 1n}`, `${BigInt(first) - 1n}`]);
}

/** Collects sequences in any order; records of a stream mostly come one after the other, which is quickest. */
export class SequenceCollector {
  private ranges: SequenceRanges = [];
  private waiting: Range[] = [];

  /** Throws a SyntaxError for what is no decimal number. */
  add(sequence: string): void {
    const value = BigInt(sequence);
    const latest = this.waiting.at(-1);
    if (latest !== undefined && value >= latest[0] && value <= latest[1] + 1n) {
      if (value > latest[1]) this.waiting[this.waiting.length - 1] = [latest[0], value];
      return;
    }
    this.waiting.push([value, value]);
    if (this.waiting.length > MOST_RANGES) this.settle();
  }

  build(): SequenceRanges {
    this.settle();
    return this.ranges;
  }

  private settle(): void {
    this.ranges = joinRanges(this.ranges, written(united(this.waiting)));
    this.waiting = [];
  }
}

function parsed(ranges: SequenceRanges): Range[] {
  return ranges.map(([first, last]): Range => [BigInt(first), BigInt(last)]);
}

function written(ranges: readonly Range[]): SequenceRanges {
  return ranges.map(([first, last]): SequenceRange => [first.toString(), last.toString()]);
}

function united(ranges: readonly Range[]): Range[] {
  const ordered = [...ranges].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  const union: Range[] = [];
  for (const range of ordered) {
    const latest = union.at(-1);
    if (latest === undefined || range[0] > latest[1] + 1n) union.push(range);
    else if (range[1] > latest[1]) union[union.length - 1] = [latest[0], range[1]];
  }
  return union.length <= MOST_RANGES ? union : withoutNarrowGaps(union);
}

/** Closes the narrowest gaps, so that the widest ones are kept. */
function withoutNarrowGaps(ranges: readonly Range[]): Range[] {
  const gaps = ranges.slice(1).map((range, index) => ({ position: index + 1, width: range[0] - ranges[index]![1] }));
  gaps.sort((left, right) => (left.width > right.width ? -1 : left.width < right.width ? 1 : left.position - right.position));
  const kept = new Set(gaps.slice(0, MOST_RANGES - 1).map(({ position }) => position));
  const closed: Range[] = [];
  ranges.forEach((range, position) => {
    if (position === 0 || kept.has(position)) closed.push(range);
    else closed[closed.length - 1] = [closed.at(-1)![0], range[1]];
  });
  return closed;
}
