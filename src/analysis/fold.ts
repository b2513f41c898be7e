import { createHash } from 'node:crypto';
import { FOLDED_UNITS, MARK_BITS, MARK_JAMO, MARK_MASK, MARK_REMOVED, MARK_SPACE, MARK_SURROGATE, foldedString } from './fold-lookup.js';
import { REMOVED, REPLACED, SHIFTED, SPACES, VARIANTS } from './fold-table.js';
import { UnitBuffer } from './unit-buffer.js';

/** Raise it when the same message would be indexed differently although the table is the same: fold, grams, words, digit runs. */
const RULES_VERSION = 2;

/** Names the table and the rules that made an index; an index made with another one must not be searched. */
export const FOLD_VERSION = createHash('sha256')
  .update([RULES_VERSION, VARIANTS, REMOVED, SPACES, SHIFTED, REPLACED].join('\n'))
  .digest('hex')
  .slice(0, 12);

/** Jamo that make one syllable; nothing but the next jamo may stand between them. */
export const JAMO_SYLLABLE = /[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]/gu;

const SPACE = 0x20;
const REPLACEMENT = 0xfffd;
const buffer = new UnitBuffer(4096);

/**
 * The search key of a text. Case, width, diacritics, zero-width characters, the amount of white space and script variants
 * (臺台, 後后, 著着) make no difference in it. Each code point folds by itself, so what stands in a text, cut on grapheme
 * boundaries, stands folded in the folded text. Folding a key again changes nothing. A key is well-formed, keeps at most one
 * space in a row (also at its ends) and never has a code point of U+E000-E0FF: those fold like U+F000-F0FF.
 */
export function fold(text: string): string {
  return (
    foldUnits(text) ??
    foldUnits(
      text.replace(JAMO_SYLLABLE, (jamo) => jamo.normalize('NFC')),
      true,
    )!
  );
}

/** Null: there are jamo that may make syllables and must be composed first. Nothing else needs it: the table decomposes. */
function foldUnits(text: string, isComposed = false): string | null {
  const { length } = text;
  let units = buffer.reserve(length);
  let count = 0;
  for (let position = 0; position < length; position++) {
    const unit = text.charCodeAt(position);
    const value = FOLDED_UNITS[unit]!;
    if ((value & MARK_MASK) !== MARK_BITS) {
      units[count++] = value;
      continue;
    }
    if (value === MARK_REMOVED) continue;
    if (value === MARK_SPACE) {
      if (count === 0 || units[count - 1] !== SPACE) units[count++] = SPACE;
      continue;
    }
    if (value === MARK_JAMO && !isComposed) return null;
    const codePoint = value === MARK_SURROGATE ? text.codePointAt(position)! : unit;
    if (codePoint > 0xffff) position++;
    const folded = foldedCodePoint(codePoint);
    units = buffer.reserve(count + folded.length + length - position);
    for (let index = 0; index < folded.length; index++) {
      const next = folded.charCodeAt(index);
      if (next !== SPACE || count === 0 || units[count - 1] !== SPACE) units[count++] = next;
    }
  }
  return buffer.take(count);
}

/** Half a surrogate pair is not text. */
function foldedCodePoint(codePoint: number): string {
  return foldedString(codePoint >= 0xd800 && codePoint <= 0xdfff ? REPLACEMENT : codePoint);
}
