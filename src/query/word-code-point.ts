const LATIN_LETTER_OR_DIGIT = /^(?:(?=\p{L})\p{Script=Latin}|\p{Nd})$/u;

/** Whether a code point of a *folded* text belongs to a word: Latin letters and decimal digits; no marks, no underscore, no Han. */
export function isWordCodePoint(codePoint: number): boolean {
  if (codePoint < 0x80)
    return (codePoint >= 0x61 && codePoint <= 0x7a) || (codePoint >= 0x30 && codePoint <= 0x39) || isUpperCase(codePoint);
  return LATIN_LETTER_OR_DIGIT.test(String.fromCodePoint(codePoint));
}

/** Folding leaves no capitals; the rule holds for them all the same. */
function isUpperCase(codePoint: number): boolean {
  return codePoint >= 0x41 && codePoint <= 0x5a;
}
