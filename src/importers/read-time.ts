import type { TimeBasis } from '../domain/message.js';
import type { DateState, WarningCode } from '../domain/values.js';

/** A time as a record gives it, and how far it can be trusted. */
export interface ReadTime {
  /** UTC milliseconds; null when there is no usable time. */
  readonly at: number | null;
  readonly basis: TimeBasis;
  readonly dateState: DateState;
  readonly warning: WarningCode | null;
}

const DAY = 86_400_000;
/** Years 2009 to 2100 in any zone: before, none of these platforms existed. */
const EARLIEST = Date.UTC(2009, 0, 1) - DAY / 2;
const LATEST = Date.UTC(2101, 0, 1) + DAY / 2;
/** A number of seconds has 10 digits from 2001 to 2286. */
const LEAST_TEN_DIGITS = 1e9;
const LEAST_ELEVEN_DIGITS = 1e10;
const LONGEST_BASIS = 200;
const LARGEST_OFFSET_MINUTES = 15 * 60;

const ISO = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d):?(\d\d))$/;
const NUMBER = /^-?\d{1,20}(?:\.\d+)?$/;

/**
 * Reads ISO 8601 with an offset, or a number of milliseconds since 1970 (10 digits: seconds, flagged). Anything else leaves the
 * message undated: a time without an offset names no instant, and none is guessed. `now` is UTC milliseconds.
 */
export function readTime(value: unknown, now: number): ReadTime {
  const written = describe(value);
  if (written === '' || written === '0') return undated(written, 'TIME_MISSING');
  if (typeof value !== 'number' && typeof value !== 'string') return undated(written, 'TIME_UNREADABLE');
  const text = written.trim();
  return NUMBER.test(text) ? fromNumber(written, Number(text), now) : fromIso(written, text, now);
}

function fromNumber(written: string, number: number, now: number): ReadTime {
  const isSeconds = number >= LEAST_TEN_DIGITS && number < LEAST_ELEVEN_DIGITS;
  const at = isSeconds ? Math.floor(number * 1000) : Math.floor(number);
  const basis: TimeBasis = { value: written, zone: null, unit: isSeconds ? 's' : 'ms', assumed: isSeconds };
  return judge(at, basis, now, isSeconds ? { dateState: 'assumedUnit', warning: 'TIME_UNIT' } : { dateState: 'exact', warning: null });
}

function fromIso(written: string, text: string, now: number): ReadTime {
  const match = ISO.exec(text);
  const at = match === null ? null : instantOf(match);
  if (match === null || at === null) return undated(written, 'TIME_UNREADABLE');
  const [, , , , , , , , utc, sign, hours, minutes] = match;
  const zone = utc === undefined ? `${sign}${hours}:${minutes}` : '+00:00';
  return judge(at, { value: written, zone, unit: 'iso', assumed: false }, now, { dateState: 'exact', warning: null });
}

function judge(at: number, basis: TimeBasis, now: number, usual: Pick<ReadTime, 'dateState' | 'warning'>): ReadTime {
  if (!(at >= EARLIEST && at < LATEST)) return undated(basis.value, 'TIME_UNREADABLE');
  if (at > now + DAY) return { at, basis, dateState: 'future', warning: 'TIME_FUTURE' };
  return { at, basis, ...usual };
}

/** Null for a day, hour or offset that does not exist. A leap second is the first instant of the next second. */
function instantOf([, ...groups]: RegExpExecArray): number | null {
  const [year, month, day, hour, minute, second] = groups.slice(0, 6).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const milliseconds = Math.floor(Number(`0.${groups[6] ?? '0'}`) * 1000);
  const [sign, hours, minutes] = groups.slice(8);
  const offset = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 60) return null;
  if (Number(minutes ?? 0) > 59 || Math.abs(offset) > LARGEST_OFFSET_MINUTES) return null;
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds;
}

function undated(written: string, warning: WarningCode): ReadTime {
  return { at: null, basis: { value: written, zone: null, unit: 'none', assumed: false }, dateState: 'undated', warning };
}

/** The value as it stood in the record, cut to a length that fits a list. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.slice(0, LONGEST_BASIS);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? '[...]' : '{...}';
}
