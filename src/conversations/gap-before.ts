import type { Message } from '../domain/message.js';
import type { SequenceRanges } from '../ingest/sequence-ranges.js';

/** GraphQL integers end here. */
const MOST_MISSING = 2 ** 31 - 1;

/** Whether the numbers of a stream leave any room between two messages, so that something may be missing there. */
export function mayHaveGap(previous: Message, message: Message): boolean {
  return stretches(previous, message).some(({ first, last }) => first <= last);
}

/**
 * How many numbers of a stream between two neighbors no import has read (`captured`, by source): the most of any source that
 * counts both, null if none does. A stream goes through many conversations, so the missing records may belong to any of them.
 */
export function gapBetween(previous: Message, message: Message, captured: ReadonlyMap<string, SequenceRanges>): number | null {
  const missing = stretches(previous, message).flatMap(({ source, first, last }) => {
    const ranges = captured.get(source);
    return first > last ? [0] : ranges === undefined ? [] : [countMissing(first, last, ranges)];
  });
  return missing.length === 0 ? null : Math.max(...missing);
}

interface Stretch {
  readonly source: string;
  /** The numbers between the two, both included; none when `last` is smaller. */
  readonly first: bigint;
  readonly last: bigint;
}

function stretches(previous: Message, message: Message): Stretch[] {
  const after = sequencesOf(message);
  return [...sequencesOf(previous)].flatMap(([source, sequence]) => {
    const next = after.get(source);
    return next === undefined ? [] : [{ source, first: sequence + 1n, last: next - 1n }];
  });
}

/** The place of the message itself in each stream; that of its recall says nothing about its neighbors. */
function sequencesOf(message: Message): ReadonlyMap<string, bigint> {
  const sequences = new Map<string, bigint>();
  for (const { source, sequence, kind } of message.sources) {
    if (sequence === null || kind !== 'message') continue;
    const place = BigInt(sequence);
    const known = sequences.get(source);
    if (known === undefined || place < known) sequences.set(source, place);
  }
  return sequences;
}

function countMissing(first: bigint, last: bigint, captured: SequenceRanges): number {
  let missing = last - first + 1n;
  for (const [from, to] of captured) {
    const start = BigInt(from) > first ? BigInt(from) : first;
    const end = BigInt(to) < last ? BigInt(to) : last;
    if (start <= end) missing -= end - start + 1n;
  }
  return missing > MOST_MISSING ? MOST_MISSING : Number(missing);
}
