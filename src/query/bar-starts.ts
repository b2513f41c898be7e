import type { HistogramInterval } from './aggregation.js';
import { ZoneOffsets } from './zone-offsets.js';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** Where a clock jumps over midnight, the first instant behind is a multiple of this. */
const MINUTE = 60_000;
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const EPOCH_WEEKDAY = 3;

/**
 * Makes the function from an instant to the start of its bar, both UTC milliseconds: local midnight (week: of Monday) in
 * the time zone, or the first instant after it where a clock change leaves midnight out.
 */
export function barStarts(interval: HistogramInterval, timeZone: string): (instant: number) => number {
  const offsets = ZoneOffsets.of(timeZone);
  if (interval === 'hour') {
    return (instant) => {
      const offset = offsets.at(instant);
      return Math.floor((instant + offset) / HOUR) * HOUR - offset;
    };
  }
  const startOf = localBarStarts(timeZone);
  return (instant) => startOf(localStart(instant + offsets.at(instant), interval));
}

/** Makes the function from the local time at which a bar of a day or longer starts by the calendar to its start in UTC, both milliseconds. */
export function localBarStarts(timeZone: string): (local: number) => number {
  const offsets = ZoneOffsets.of(timeZone);
  const starts = new Map<number, number>();
  return (local) => {
    const known = starts.get(local);
    if (known !== undefined) return known;
    const start = firstInstantOf(local, offsets);
    starts.set(local, start);
    return start;
  };
}

/** Makes the function from an instant to its local day, counted from 1970-01-01 of the calendar there. */
export function localDays(timeZone: string): (instant: number) => number {
  const offsets = ZoneOffsets.of(timeZone);
  return (instant) => Math.floor((instant + offsets.at(instant)) / DAY);
}

/** The start of the interval around a local time, as a local time. */
function localStart(local: number, interval: Exclude<HistogramInterval, 'hour'>): number {
  const day = Math.floor(local / DAY);
  if (interval === 'day') return day * DAY;
  if (interval === 'week') return (day - (((day + EPOCH_WEEKDAY) % 7) + 7) % 7) * DAY;
  const date = new Date(local);
  const month = date.getUTCMonth();
  const firstMonth = { month, quarter: month - (month % 3), year: 0 }[interval];
  return Date.UTC(date.getUTCFullYear(), firstMonth, 1);
}

/** The first instant whose local time is `local` or later. */
function firstInstantOf(local: number, offsets: ZoneOffsets): number {
  const before = offsets.at(local - DAY);
  const after = offsets.at(local + DAY);
  const candidates = [local - Math.max(before, after), local - Math.min(before, after)];
  const exact = candidates.find((instant) => instant + offsets.at(instant) === local);
  if (exact !== undefined) return exact;
  // midnight does not exist: the clock jumps over it somewhere between the two candidates
  let instant = Math.floor(candidates[0]! / MINUTE) * MINUTE;
  while (instant + offsets.at(instant) < local) instant += MINUTE;
  return instant;
}
