const DAY = 86_400_000;

/** The local day of an instant (UTC milliseconds), counted from 1970-01-01 of the calendar in the time zone. */
export function localDay(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, era: 'short', year: 'numeric', month: 'numeric', day: 'numeric' });
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
  return Date.UTC(year, Number(parts['month']) - 1, Number(parts['day'])) / DAY;
}

/** A counted day as people write it: `2026-01-31`. */
export function dateOfDay(day: number): string {
  const time = new Date(day * DAY).toISOString();
  return time.slice(0, time.indexOf('T'));
}
