import type { HistogramInterval } from '../../query/aggregation.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Offsets never change inside a quarter of an hour. */
const QUARTER = 15 * MINUTE;
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const EPOCH_WEEKDAY = 3;

/**
 * Makes the function from an instant to the start of its bar, both UTC milliseconds: local midnight (week: of Monday) in
 * the time zone, or the first instant after it where a clock change leaves midnight out.
 */
export function barStarts(interval: HistogramInterval, timeZone: string): (instant: number) => number {
  const offsetAt = offsets(timeZone);
  const starts = new Map<number, number>();
  if (interval === 'hour') {
    return (instant) => {
      const offset = offsetAt(instant);
      return Math.floor((instant + offset) / HOUR) * HOUR - offset;
    };
  }
  return (instant) => {
    const local = localStart(instant + offsetAt(instant), interval);
    const known = starts.get(local);
    if (known !== undefined) return known;
    const start = firstInstantOf(local, offsetAt);
    starts.set(local, start);
    return start;
  };
}

/** Makes the function from an instant to its local day, counted from 1970-01-01 of the calendar there. */
export function localDays(timeZone: string): (instant: number) => number {
  const offsetAt = offsets(timeZone);
  return (instant) => Math.floor((instant + offsetAt(instant)) / DAY);
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
function firstInstantOf(local: number, offsetAt: (instant: number) => number): number {
  const before = offsetAt(local - DAY);
  const after = offsetAt(local + DAY);
  const candidates = [local - Math.max(before, after), local - Math.min(before, after)];
  const exact = candidates.find((instant) => instant + offsetAt(instant) === local);
  if (exact !== undefined) return exact;
  // midnight does not exist: the clock jumps over it somewhere between the two candidates
  let instant = Math.floor(candidates[0]! / QUARTER) * QUARTER;
  while (instant + offsetAt(instant) < local) instant += QUARTER;
  return instant;
}

/** The zone's offset from UTC in milliseconds at an instant; asks the time zone tables once a day of the data. */
function offsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', era: 'short',
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  const exactly = (instant: number): number => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
    const local = Date.UTC(
      year, Number(parts['month']) - 1, Number(parts['day']), Number(parts['hour']), Number(parts['minute']), Number(parts['second']),
    );
    return local - Math.floor(instant / 1000) * 1000;
  };
  const steady = new Map<number, number | null>();
  const quarters = new Map<number, number>();
  return (instant) => {
    const day = Math.floor(instant / DAY);
    let offset = steady.get(day);
    if (offset === undefined) {
      const [first, last] = [exactly(day * DAY), exactly((day + 1) * DAY - 1)];
      offset = first === last ? first : null;
      steady.set(day, offset);
    }
    if (offset !== null) return offset;
    const quarter = Math.floor(instant / QUARTER);
    const known = quarters.get(quarter) ?? exactly(instant);
    quarters.set(quarter, known);
    return known;
  };
}
