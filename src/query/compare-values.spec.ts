import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareValues } from './compare-values.js';

describe(compareValues.name, () => {
  it('orders as UTF-8 bytes do', () => {
    const character = fc.oneof(
      fc.constantFrom('a', 'b', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', '\u{10ffff}', '合', '😀'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    const text = fc.array(character, { maxLength: 4 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareValues(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      }),
    );
  });

  it('puts characters outside the basic plane behind private use, as UTF-16 units would not', () => {
    expect(['\u{1f600}', '\u{e000}', 'a', '', 'ab'].sort(compareValues)).toEqual(['', 'a', 'ab', '\u{e000}', '\u{1f600}']);
  });
});
