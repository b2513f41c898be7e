import { describe, expect, it } from '@jest/globals';
import { isWordCodePoint } from './word-code-point.js';

describe('isWordCodePoint', () => {
  it.each<[characters: string, expected: boolean]>([
    ['azAZ09', true],
    ['øßæłı', true],
    ['\ua730\u{1df1e}', true],
    ['٣५', true],
    [' _-.@/`{[:\u007f\u0000', false],
    ['合あ한яα', false],
    ['\u0301\u200b\ue080×÷', false],
    ['😀\u2160', false],
  ])('%s', (characters, expected) => {
    for (const character of characters) expect([character, isWordCodePoint(character.codePointAt(0)!)]).toEqual([character, expected]);
  });
});
