import { describe, expect, it } from '@jest/globals';
import type { HistogramInterval } from './aggregation.js';
import { barStarts } from './bar-starts.js';

const cases: readonly (readonly [HistogramInterval, zone: string, instant: string, start: string])[] = [
  ['day', 'UTC', '2026-03-05T23:59:59.999Z', '2026-03-05T00:00:00Z'],
  ['day', 'Asia/Macau', '2026-03-05T15:59:59Z', '2026-03-04T16:00:00Z'],
  ['day', 'Asia/Macau', '2026-03-05T16:00:00Z', '2026-03-05T16:00:00Z'],
  // the day on which clocks go forward has 23 hours, the day they go back 25
  ['day', 'America/New_York', '2026-03-09T03:59:00Z', '2026-03-08T05:00:00Z'],
  ['day', 'America/New_York', '2026-11-02T04:59:00Z', '2026-11-01T04:00:00Z'],
  // no midnight on this day: clocks went from 23:59:59 to 01:00
  ['day', 'America/Sao_Paulo', '2018-11-04T12:00:00Z', '2018-11-04T03:00:00Z'],
  ['hour', 'Asia/Kolkata', '2026-01-01T00:15:00Z', '2025-12-31T23:30:00Z'],
  ['week', 'Asia/Shanghai', '2026-03-08T15:59:00Z', '2026-03-01T16:00:00Z'],
  ['week', 'Asia/Shanghai', '2026-03-08T16:00:00Z', '2026-03-08T16:00:00Z'],
  ['month', 'Asia/Hong_Kong', '2026-02-28T16:00:00Z', '2026-02-28T16:00:00Z'],
  ['quarter', 'UTC', '2026-06-30T12:00:00Z', '2026-04-01T00:00:00Z'],
  ['year', 'Asia/Macau', '2025-12-31T16:00:00Z', '2025-12-31T16:00:00Z'],
];

describe(barStarts.name, () => {
  it.each(cases)('%s in %s: %s belongs to %s', (interval, zone, instant, start) => {
    expect(new Date(barStarts(interval, zone)(Date.parse(instant))).toISOString()).toBe(new Date(start).toISOString());
  });
});
