import { HoldfastError } from '../errors/errors.js';

/** A length of time by the calendar: first the months are added to a day, then the days. */
export interface Period {
  readonly months: number;
  readonly days: number;
}

const PERIOD = /^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})D)?$|^P(\d{1,4})W$/;
/** Seven years are no fixed number of days: whoever counts days gets leap years wrong. */
const MOST_DAYS = 364;
const SHORTEST_MONTH = 28;
const LONGEST_MONTH = 31;

/** Reads `P7Y`, `P1Y6M`, `P90D`, `P2W`. Throws INPUT_INVALID for anything else, for none at all (`P0D`) and for years counted in days. */
export function parsePeriod(text: string): Period {
  const match = PERIOD.exec(text);
  if (match === null) throw invalid('is written in years, months and days, or in weeks, e.g. P7Y, P1Y6M, P90D or P2W');
  const [years, months, days, weeks] = match.slice(1).map((digits) => Number(digits ?? 0)) as [number, number, number, number];
  const period = { months: years * 12 + months, days: days + weeks * 7 };
  if (period.months === 0 && period.days === 0) throw invalid('must be longer than nothing');
  if (period.days > MOST_DAYS) throw invalid(`may have at most ${MOST_DAYS} days; write years, e.g. P7Y and not P2555D`);
  return period;
}

/** Whether `period` ends on the day of `other` or later, from whatever day both are counted. False also where it depends on the day. */
export function isAtLeast(period: Period, other: Period): boolean {
  const months = period.months - other.months;
  const days = period.days - other.days;
  return days >= -months * (months < 0 ? LONGEST_MONTH : SHORTEST_MONTH);
}

function invalid(reason: string): HoldfastError {
  return new HoldfastError('INPUT_INVALID', `A period ${reason}.`, { parameters: ['period'] });
}
