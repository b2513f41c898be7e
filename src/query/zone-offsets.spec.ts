import { describe, expect, it } from '@jest/globals';
import { ZoneOffsets } from './zone-offsets.js';

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(text);

describe(ZoneOffsets.name, () => {
  it.each([
    ['Asia/Macau', '2026-01-01T00:00:00Z', 480],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', 345],
    ['Asia/Shanghai', '1988-07-01T00:00:00Z', 540],
    // one minute after local midnight, inside a quarter of an hour
    ['America/St_Johns', '2006-10-29T02:30:59Z', -150],
    ['America/St_Johns', '2006-10-29T02:31:00Z', -210],
    // clocks that were a fraction of a minute off
    ['Asia/Shanghai', '1900-12-31T15:54:16Z', 485 + 43 / 60],
    ['Asia/Shanghai', '1900-12-31T15:54:17Z', 480],
  ])('%s at %s', (zone, instant, minutes) => {
    expect(ZoneOffsets.of(zone).at(at(instant))).toBe(Math.round(minutes * MINUTE));
  });

  it('lists the stretches between two instants without a gap', () => {
    const spans = ZoneOffsets.of('America/New_York').spans(at('2026-01-01T12:00:00Z'), at('2026-12-01T12:00:00Z'));
    expect(spans.map(({ from, to, offset }) => [new Date(from).toISOString(), new Date(to).toISOString(), offset / MINUTE])).toEqual([
      ['2026-01-01T00:00:00.000Z', '2026-03-08T07:00:00.000Z', -300],
      ['2026-03-08T07:00:00.000Z', '2026-11-01T06:00:00.000Z', -240],
      ['2026-11-01T06:00:00.000Z', '2026-12-02T00:00:00.000Z', -300],
    ]);
    expect(ZoneOffsets.of('Asia/Macau').spans(at('1992-01-01T00:00:00Z'), at('2039-01-01T00:00:00Z'))).toHaveLength(1);
  });
});
