import { describe, expect, it } from '@jest/globals';
import { readTime } from './read-time.js';

const NOW = Date.UTC(2026, 10, 22);
const DAY = 86_400_000;

describe('readTime', () => {
  // prettier-ignore
  it.each<[unknown, string, Partial<ReturnType<typeof readTime>['basis']>]>([
    ['2026-01-31T09:00:00+08:00', '2026-01-31T01:00:00.000Z', { zone: '+08:00', unit: 'iso', assumed: false }],
    ['2026-01-31T09:00:00.123456Z', '2026-01-31T09:00:00.123Z', { zone: '+00:00' }],
    ['2026-01-31 09:00:00 -0330', '2026-01-31T12:30:00.000Z', { zone: '-03:30' }],
    ['2026-01-31t09:00z', '2026-01-31T09:00:00.000Z', {}],
    ['2024-02-29T23:59:60Z', '2024-03-01T00:00:00.000Z', {}],
    ['2026-01-31T09:00:00,5+08:00', '2026-01-31T01:00:00.500Z', {}],
    [1_726_538_461_123, '2024-09-17T02:01:01.123Z', { value: '1726538461123', zone: null, unit: 'ms', assumed: false }],
    ['1726538461123', '2024-09-17T02:01:01.123Z', { unit: 'ms' }],
  ])('%p is exact', (value, instant, basis) => {
    const time = readTime(value, NOW);
    expect(time).toMatchObject({ at: Date.parse(instant), dateState: 'exact', warning: null, basis });
    expect(time.basis.value).toBe(String(value));
  });

  it.each([
    [1_726_538_461, 1_726_538_461_000],
    [1_726_538_461.5, 1_726_538_461_500],
    ['1726538461', 1_726_538_461_000],
  ])('%p has ten digits: seconds', (value, at) => {
    expect(readTime(value, NOW)).toMatchObject({ at, dateState: 'assumedUnit', warning: 'TIME_UNIT', basis: { unit: 's', assumed: true } });
  });

  it('calls a time future after a day of grace', () => {
    expect(readTime(NOW + DAY, NOW)).toMatchObject({ at: NOW + DAY, dateState: 'exact' });
    expect(readTime(NOW + DAY + 1, NOW)).toMatchObject({ at: NOW + DAY + 1, dateState: 'future', warning: 'TIME_FUTURE' });
  });

  // prettier-ignore
  it.each([
    ['TIME_MISSING', [undefined, null, '', 0, '0']],
    ['TIME_UNREADABLE', [
      '2026-01-31T09:00:00', '2026-01-31', '2026-01-31 09:00:00', '31/01/2026 09:00', 'yesterday', '2026-02-30T09:00:00Z', '2026-01-31T24:00:00Z',
      '2026-01-31T09:60:00Z', '2026-01-31T09:00:00+24:00', '1999-01-31T09:00:00Z', '2101-06-01T00:00:00Z', -1, 5, 1e18, 1_726_538_461_000_000,
      '9'.repeat(5_000), true, {}, [1], NaN, 'Infinity',
    ]],
  ])('%s leaves the message undated and keeps what was written', (warning, values) => {
    for (const value of values) {
      const time = readTime(value, NOW);
      expect([value, time]).toEqual([value, expect.objectContaining({ at: null, dateState: 'undated', warning })]);
      if (typeof value === 'string') expect(time.basis.value).toBe(value.slice(0, 200));
    }
  });

  it('takes the years 2009 to 2100 in any zone', () => {
    expect(readTime('2009-01-01T00:00:00+12:00', NOW).dateState).toBe('exact');
    expect(readTime('2100-12-31T23:59:59-12:00', NOW).dateState).toBe('future');
    expect(readTime('2008-12-31T11:59:59Z', NOW).dateState).toBe('undated');
  });
});
