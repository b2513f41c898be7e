import type { DayCounts } from '../query/aggregation.js';

/** A stretch of days without a message, too long for chance by the person's own rhythm. Days count from 1970-01-01. */
export interface Silence {
  readonly senderId: string;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly days: number;
  /** Of those, days of the week on which the person usually writes. */
  readonly usualDays: number;
  /** How many messages the days around would lead one to expect. */
  readonly expectedMessages: number;
  /** Chance of this silence, were each day independent of the others: docs/evidence.md. */
  readonly probability: number;
  /** Goes on to the last day of the archive. */
  readonly isOpen: boolean;
}

/** Days before and days behind a silence that the rhythm is taken from. */
const WINDOW = 56;
/** Fewer active days in both windows together are no rhythm. */
const LEAST_ACTIVE_DAYS = 10;
/** A day of the week is usual when the person wrote on this share of them. */
const USUAL_SHARE = 0.5;
const LEAST_USUAL_DAYS = 2;
const WEEK = 7;
/** No day is less probably silent: that of somebody who wrote on each such day of both windows. */
const LEAST_CHANCE = 1 / ((2 * WINDOW) / WEEK + 1);

/**
 * The silences of one sender with a probability below `threshold`, in order. `lastDay` is the last day of the archive: a
 * silence may go on to it. Before the first message there is no rhythm, so nothing begins there.
 */
export function findSilences({ value, days, counts }: DayCounts, lastDay: number, threshold: number): readonly Silence[] {
  const found: Silence[] = [];
  for (let index = 0; index < days.length; index++) {
    const first = days[index]! + 1;
    const isOpen = index + 1 === days.length;
    const last = isOpen ? lastDay : days[index + 1]! - 1;
    // most stretches, weekends above all, are too short whatever the rhythm is
    if (last - first + 1 < LEAST_USUAL_DAYS || LEAST_CHANCE ** (last - first + 1) >= threshold) continue;
    const rhythm = rhythmAround(days, counts, index, isOpen ? first - 1 : lastDay);
    if (rhythm === null) continue;
    const silence = judge(rhythm, first, last);
    if (silence.usualDays < LEAST_USUAL_DAYS || silence.probability >= threshold) continue;
    found.push({ senderId: value, firstDay: first, lastDay: last, days: last - first + 1, ...silence, isOpen });
  }
  return found;
}

/** For each day of the week how many there were in the windows, on how many of them the person wrote, and how much. */
interface Rhythm {
  readonly seen: Uint32Array;
  readonly active: Uint32Array;
  readonly messages: Uint32Array;
}

/** From the windows around the silence behind the active day at `index`; null where they show too little. */
function rhythmAround(days: Int32Array, counts: Uint32Array, index: number, end: number): Rhythm | null {
  const rhythm = { seen: new Uint32Array(WEEK), active: new Uint32Array(WEEK), messages: new Uint32Array(WEEK) };
  const take = (position: number): void => {
    rhythm.active[weekday(days[position]!)]! += 1;
    rhythm.messages[weekday(days[position]!)]! += counts[position]!;
  };
  const before = days[index]!;
  const from = Math.max(before - WINDOW + 1, days[0]!);
  for (let position = index; position >= 0 && days[position]! >= from; position--) take(position);
  addWeekdays(rhythm.seen, from, before);
  const behind = days[index + 1];
  if (behind !== undefined) {
    const to = Math.min(behind + WINDOW - 1, end);
    for (let position = index + 1; position < days.length && days[position]! <= to; position++) take(position);
    addWeekdays(rhythm.seen, behind, to);
  }
  return rhythm.active.reduce((sum, count) => sum + count, 0) < LEAST_ACTIVE_DAYS ? null : rhythm;
}

function judge(
  { seen, active, messages }: Rhythm,
  first: number,
  last: number,
): Pick<Silence, 'usualDays' | 'expectedMessages' | 'probability'> {
  const silent = new Uint32Array(WEEK);
  addWeekdays(silent, first, last);
  let usualDays = 0;
  let expectedMessages = 0;
  let logarithm = 0;
  for (let day = 0; day < WEEK; day++) {
    if (seen[day] === 0) continue;
    if (active[day]! / seen[day]! >= USUAL_SHARE) usualDays += silent[day]!;
    expectedMessages += (silent[day]! * messages[day]!) / seen[day]!;
    // one silent day is added to each day of the week: a short record makes nobody certain to write
    logarithm += silent[day]! * Math.log(1 - active[day]! / (seen[day]! + 1));
  }
  return { usualDays, expectedMessages, probability: Math.exp(logarithm) };
}

/** Adds how often each day of the week comes from one day to another, both included. */
function addWeekdays(counts: Uint32Array, first: number, last: number): void {
  const days = last - first + 1;
  if (days <= 0) return;
  const weeks = Math.floor(days / WEEK);
  for (let day = 0; day < WEEK; day++) counts[day]! += weeks;
  for (let day = first + weeks * WEEK; day <= last; day++) counts[weekday(day)]! += 1;
}

/** Any fixed numbering of the days of the week does. */
function weekday(day: number): number {
  return ((day % WEEK) + WEEK) % WEEK;
}
