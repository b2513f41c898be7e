import { HoldfastError } from '../errors/errors.js';

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const WITHOUT_OFFSET = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;

/**
 * UTC milliseconds of an ISO 8601 time with its offset, e.g. `2026-01-31T09:00:00+08:00`.
 * Throws TIME_WITHOUT_OFFSET, or INPUT_INVALID for anything that is no such time (30 February too).
 */
export function parseInstant(text: string): number {
  if (WITHOUT_OFFSET.test(text)) throw new HoldfastError('TIME_WITHOUT_OFFSET');
  const match = INSTANT.exec(text);
  const milliseconds = match === null ? Number.NaN : Date.parse(text.replace('Z', '+00:00'));
  if (match === null || Number.isNaN(milliseconds) || !isCalendarDay(match)) {
    throw new HoldfastError('INPUT_INVALID', 'A time is not ISO 8601 with an offset, e.g. 2026-01-31T09:00:00+08:00.');
  }
  return milliseconds;
}

/** `Date.parse` rolls 30 February over to March. */
function isCalendarDay([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
