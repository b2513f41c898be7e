const DAY = 86_400_000;
/** Macau, Shenzhen and Hong Kong share it. */
const OFFSET = 8 * 3_600_000;
/** Days off in all three places in these months: the Dragon Boat festival. */
const HOLIDAYS = new Set(['2026-06-19']);

export const FIRST_DAY = '2026-06-01';
export const LAST_DAY = '2026-08-31';

/** Milliseconds since 1970 of a local day and time of day. */
export const timeOf = (day, clock) => Date.parse(`${day}T${clock}:00+08:00`);

/** ISO 8601 with the local offset. */
export const localTime = (at) => new Date(at + OFFSET).toISOString().replace('Z', '+08:00').replace('.000', '');

/** All days of the archive: `{day, isWorking, isSaturday}`. */
export function daysOfArchive() {
  const days = [];
  for (let at = Date.parse(FIRST_DAY); at <= Date.parse(LAST_DAY); at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    const weekday = new Date(at).getUTCDay();
    days.push({ day, isWorking: weekday > 0 && weekday < 6 && !HOLIDAYS.has(day), isSaturday: weekday === 6 });
  }
  return days;
}
