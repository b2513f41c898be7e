import { localBarStarts, localDays } from '../query/bar-starts.js';
import type { Period } from './period.js';

const DAY = 86_400_000;
/** Days that a month can have more than a day counted by its number says. */
const LONGEST_MONTH = 31;
/** Zones whose days are kept. */
const KEPT_ZONES = 16;

/**
 * Periods in one time zone, by its calendar. A day is counted from its first instant on, so that later instants never belong to
 * earlier days, whatever clocks are put back. Days are numbered from 1970-01-01.
 */
export class LocalCalendar {
  private readonly dayOf: (instant: number) => number;
  private readonly startOf: (local: number) => number;

  private constructor(timeZone: string) {
    this.dayOf = localDays(timeZone);
    this.startOf = localBarStarts(timeZone);
  }

  private static readonly known = new Map<string, LocalCalendar>();

  /** `timeZone`: IANA name. Throws RangeError for other names. */
  static of(timeZone: string): LocalCalendar {
    const { known } = LocalCalendar;
    const kept = known.get(timeZone);
    if (kept !== undefined) return kept;
    const made = new LocalCalendar(timeZone);
    if (known.size >= KEPT_ZONES) known.delete(known.keys().next().value!);
    known.set(timeZone, made);
    return made;
  }

  /** The local day of an instant (UTC milliseconds). */
  day(instant: number): number {
    let day = this.dayOf(instant);
    while (this.start(day + 1) <= instant) day += 1;
    return day;
  }

  /** UTC milliseconds of a day's first instant. */
  start(day: number): number {
    return this.startOf(day * DAY);
  }

  /** When a period that began at an instant is over (UTC milliseconds): at 00:00 of the day after the anniversary, so that it is whole. */
  expiry(trigger: number, period: Period): number {
    return this.start(anniversary(this.day(trigger), period) + 1);
  }

  /** Before when a period must have begun to be over at `now` (UTC milliseconds): `expiry(t) <= now` exactly when `t < cutoff`. */
  cutoff(now: number, period: Period): number {
    let over = this.day(now) - period.months * LONGEST_MONTH - period.days - LONGEST_MONTH;
    let running = this.day(now);
    while (running - over > 1) {
      const middle = Math.floor((over + running) / 2);
      if (this.start(anniversary(middle, period) + 1) <= now) over = middle;
      else running = middle;
    }
    return this.start(running);
  }
}

/** The day that ends a period which began on a day. One that the month lacks rolls forward: never early. */
export function anniversary(day: number, { months, days }: Period): number {
  const date = new Date(day * DAY);
  const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const daysInMonth = (Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1) - month) / DAY;
  return month / DAY + Math.min(date.getUTCDate() - 1, daysInMonth) + days;
}
