import { HoldfastError } from '../../errors/errors.js';
import { MOST_DAY_COUNTS_VALUES, type DayCounts, type DayCountsField, type DayCountsRequest } from '../../query/aggregation.js';
import { localDays } from '../../query/bar-starts.js';
import { compareValues } from '../../query/compare-values.js';
import type { Columns } from './columns.js';

/** Days of one dictionary number: a string, or a set whose members all have them. */
interface NumberDays {
  readonly number: number;
  readonly days: Int32Array;
  readonly counts: Uint32Array;
}

/** Room for any day a date can have, beside 25 bits of dictionary number: together what a float holds exactly. */
const DAY_SPAN = 2 ** 28;
const DAY_ZERO = 2 ** 27;

/**
 * The messages of each value day by day, sorted by value. One number a row, number of the value and day together, sorted:
 * that takes the same memory whatever the values and the years are. Throws AGGREGATION_TOO_LARGE.
 */
export function countDays({ field, timeZone }: DayCountsRequest, rows: Uint32Array, columns: Columns): readonly DayCounts[] {
  const byNumber = runsOf(sortedKeys(columns[field], timeZone, rows, columns));
  const byValue = isSetField(field)
    ? joinMembers(byNumber, columns)
    : byNumber.map((one) => named(columns.dictionary.stringAt(one.number)!, one));
  requireFew(byValue.length);
  return byValue.sort((left, right) => compareValues(left.value, right.value));
}

function isSetField(field: DayCountsField): boolean {
  return field === 'participantId' || field === 'custodianId' || field === 'source';
}

function requireFew(count: number): void {
  if (count > MOST_DAY_COUNTS_VALUES)
    throw new HoldfastError('AGGREGATION_TOO_LARGE', '', { values: count, limit: MOST_DAY_COUNTS_VALUES });
}

function named(value: string, { days, counts }: NumberDays): DayCounts {
  return { value, days, counts };
}

/** One key for each dated row that has a value. */
function sortedKeys(column: Uint32Array, timeZone: string, rows: Uint32Array, { sentAt }: Columns): Float64Array {
  const dayOf = localDays(timeZone);
  const keys = new Float64Array(rows.length);
  let count = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const time = sentAt[row]!;
    const number = column[row]!;
    if (number === 0 || Number.isNaN(time)) continue;
    keys[count++] = number * DAY_SPAN + dayOf(time) + DAY_ZERO;
  }
  return keys.subarray(0, count).sort();
}

/** The keys, counted. */
function runsOf(keys: Float64Array): NumberDays[] {
  const found: NumberDays[] = [];
  let days: number[] = [];
  let counts: number[] = [];
  for (let index = 0; index < keys.length;) {
    const key = keys[index]!;
    let end = index + 1;
    while (end < keys.length && keys[end] === key) end++;
    const number = Math.floor(key / DAY_SPAN);
    days.push(key - number * DAY_SPAN - DAY_ZERO);
    counts.push(end - index);
    if (end === keys.length || Math.floor(keys[end]! / DAY_SPAN) !== number) {
      found.push({ number, days: Int32Array.from(days), counts: Uint32Array.from(counts) });
      days = [];
      counts = [];
    }
    index = end;
  }
  return found;
}

function joinMembers(sets: readonly NumberDays[], { dictionary }: Columns): DayCounts[] {
  const members = new Map<string, Map<number, number>>();
  for (const { number, days, counts } of sets) {
    for (const value of dictionary.setAt(number)) {
      const totals = members.get(value) ?? new Map<number, number>();
      if (totals.size === 0) members.set(value, totals);
      for (let index = 0; index < days.length; index++) totals.set(days[index]!, (totals.get(days[index]!) ?? 0) + counts[index]!);
    }
    requireFew(members.size);
  }
  return [...members].map(([value, totals]) => {
    const days = Int32Array.from(totals.keys()).sort();
    return { value, days, counts: Uint32Array.from(days, (day) => totals.get(day)!) };
  });
}
