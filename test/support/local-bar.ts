import type { HistogramInterval } from '../../src/query/aggregation.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Start of the bar that an instant belongs to, slowly and plainly: the calendar says which local day the bar begins
 * on, and the first instant of that day is looked for in steps of 15 minutes, which every offset is a multiple of.
 */
export function localBarStart(instant: number, interval: HistogramInterval, timeZone: string): number {
  if (interval === 'hour') return instant - ((((instant + offsetAt(instant, timeZone)) % HOUR) + HOUR) % HOUR);
  const firstDay = firstLocalDay(new Date(instant + offsetAt(instant, timeZone)), interval);
  for (let start = firstDay - DAY; ; start += 15 * 60_000) {
    if (start + offsetAt(start, timeZone) >= firstDay) return start;
  }
}

/** The local day of an instant as days after 1970-01-01: what the calendar of the zone shows. */
export function localDay(instant: number, timeZone: string): number {
  return Math.floor((instant + offsetAt(instant, timeZone)) / DAY);
}

/** Midnight of the first day of the interval, as if the zone were UTC. `local` shows local time in its UTC fields. */
function firstLocalDay(local: Date, interval: HistogramInterval): number {
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  switch (interval) {
    case 'week':
      return Date.UTC(year, month, day - ((local.getUTCDay() + 6) % 7));
    case 'month':
      return Date.UTC(year, month, 1);
    case 'quarter':
      return Date.UTC(year, month - (month % 3), 1);
    case 'year':
      return Date.UTC(year, 0, 1);
    default:
      return Date.UTC(year, month, day);
  }
}

/** Local time minus UTC, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(timeZone, format);
  }
  return Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) - Math.floor(instant / 1000) * 1000;
}
