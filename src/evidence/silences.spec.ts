import { describe, expect, it } from '@jest/globals';
import type { DayCounts } from '../query/aggregation.js';
import { findSilences } from './silences.js';

/** Monday, 5 January 2026. */
const MONDAY = Date.UTC(2026, 0, 5) / 86_400_000;
const WEEKS = 20;
const END = MONDAY + WEEKS * 7 - 1;

/** Somebody who writes `perDay` messages on the chosen days of each week (0 is Monday), but on none of the silent days. */
function writer(weekdays: readonly number[], silent: readonly number[], perDay = 3): DayCounts {
  const days = Array.from({ length: WEEKS * 7 }, (_, index) => MONDAY + index).filter(
    (day) => weekdays.includes((day - MONDAY) % 7) && !silent.includes(day),
  );
  return { value: 'wang', days: Int32Array.from(days), counts: Uint32Array.from(days, () => perDay) };
}

function from(week: number, weekday: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => MONDAY + week * 7 + weekday + index);
}

const WORKING_DAYS = [0, 1, 2, 3, 4];

describe('findSilences', () => {
  it('reports a silent week with its first and last day and what was expected', () => {
    const [silence, ...others] = findSilences(writer(WORKING_DAYS, from(10, 0, 5)), END, 0.001);
    expect(others).toEqual([]);
    // 16 of each working day around, all active: 1/17 for each day; the weekends before and behind belong to the silence
    expect(silence).toEqual({
      senderId: 'wang',
      firstDay: MONDAY + 10 * 7 - 2,
      lastDay: MONDAY + 10 * 7 + 6,
      days: 9,
      usualDays: 5,
      expectedMessages: 15,
      probability: expect.closeTo((1 / 17) ** 5, 12),
      isOpen: false,
    });
  });

  it.each<[string, DayCounts, number]>([
    ['weekends of who never works then', writer(WORKING_DAYS, []), 0],
    ['one working day', writer(WORKING_DAYS, from(10, 2, 1)), 0],
    ['two working days: 1/289', writer(WORKING_DAYS, from(10, 1, 2)), 0],
    ['three working days: 1/4913', writer(WORKING_DAYS, from(10, 1, 3)), 1],
    ['a week of who writes on Mondays only', writer([0], from(10, 0, 7)), 0],
    [
      'four Mondays of who writes on Mondays only',
      writer(
        [0],
        [10, 11, 12, 13].flatMap((week) => from(week, 0, 1)),
      ),
      1,
    ],
    ['a month of who wrote on too few days before', { ...writer([0], []), days: Int32Array.of(MONDAY, MONDAY + 7, MONDAY + 14) }, 0],
  ])('%s', (_what, person, count) => {
    expect(findSilences(person, END, 0.001)).toHaveLength(count);
  });

  it('obeys the threshold', () => {
    const person = writer(WORKING_DAYS, from(10, 1, 2));
    expect(findSilences(person, END, 1 / 289 + 1e-9)).toHaveLength(1);
    expect(findSilences(person, END, 1 / 289 - 1e-9)).toHaveLength(0);
  });

  it('follows a silence to the end of the archive, by the days before it', () => {
    const silent = from(15, 0, 5 * 7);
    const [silence] = findSilences(writer(WORKING_DAYS, silent), END, 0.001);
    expect(silence).toMatchObject({ firstDay: MONDAY + 15 * 7 - 2, lastDay: END, usualDays: 25, isOpen: true });
    // eight of each working day before
    expect(silence!.probability).toBeCloseTo((1 / 9) ** 25, 12);
    expect(findSilences(writer(WORKING_DAYS, silent), MONDAY + 15 * 7 - 1, 0.001)).toEqual([]);
  });

  it('knows no rhythm before the first message', () => {
    expect(findSilences(writer(WORKING_DAYS, from(0, 0, 5 * 7)), END, 0.001)).toEqual([]);
  });

  it('takes the rhythm from the weeks around, not from years ago', () => {
    const weekly = writer([0], []).days;
    const daily = Int32Array.from({ length: 200 }, (_, index) => MONDAY - 400 + index);
    const days = Int32Array.of(...daily, ...weekly);
    const person = { value: 'li', days, counts: new Uint32Array(days.length).fill(1) };
    const found = findSilences(person, END, 0.001);
    expect(found.map(({ firstDay, lastDay }) => [firstDay, lastDay])).toEqual([[MONDAY - 200, MONDAY - 1]]);
  });
});
