import { describe, expect, it } from '@jest/globals';
import { parseInstant } from './parse-instant.js';

describe('parseInstant', () => {
  it.each([
    ['2026-01-31T09:00:00+08:00', '2026-01-31T01:00:00.000Z'],
    ['2026-01-31T09:00Z', '2026-01-31T09:00:00.000Z'],
    ['2026-01-31T09:00:00.5-03:30', '2026-01-31T12:30:00.500Z'],
    ['2024-02-29T23:59:59.123456789Z', '2024-02-29T23:59:59.123Z'],
    ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(parseInstant(text)).toISOString()).toBe(expected);
  });

  it.each([
    ['2026-01-31', 'TIME_WITHOUT_OFFSET'],
    ['2026-01-31T09:00', 'TIME_WITHOUT_OFFSET'],
    ['2026-01-31 09:00:00.5', 'TIME_WITHOUT_OFFSET'],
    ['2026-02-29T00:00:00Z', 'INPUT_INVALID'],
    ['2026-13-01T00:00:00Z', 'INPUT_INVALID'],
    ['2026-01-01T24:01:00Z', 'INPUT_INVALID'],
    ['2026-01-01T00:60:00Z', 'INPUT_INVALID'],
    ['2026-01-01T00:00:00+25:00', 'INPUT_INVALID'],
    ['2026-1-1T00:00:00Z', 'INPUT_INVALID'],
    ['2026-01-01T00:00:00Z ', 'INPUT_INVALID'],
    ['', 'INPUT_INVALID'],
    ['1767225600', 'INPUT_INVALID'],
    ['Wed, 31 Jan 2026 09:00:00 GMT', 'INPUT_INVALID'],
    ['+002026-01-01T00:00:00Z', 'INPUT_INVALID'],
  ])('refuses %j', (text, code) => {
    expect(() => parseInstant(text)).toThrow(expect.objectContaining({ code }));
  });
});
