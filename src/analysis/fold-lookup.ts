import { REMOVED, REPLACED, SHIFTED, SPACES, VARIANTS } from './fold-table.js';

/*
 * Marks in `FOLDED_UNITS` for what is not one plain unit. No folded text has a surrogate standing alone, so the surrogate
 * range is free for them: `(unit & MARK_MASK) === MARK_BITS` tells them from values.
 */
export const MARK_MASK = 0xf800;
export const MARK_BITS = 0xd800;
/** Folds to nothing. */
export const MARK_REMOVED = 0xd800;
/** Folds to a space, one for a whole run. */
export const MARK_SPACE = 0xd801;
/** Look into `foldedString`. */
export const MARK_STRING = 0xd802;
/** Half of a pair, or of nothing. */
export const MARK_SURROGATE = 0xd803;
/** A vowel or trailing jamo: it may make a syllable with what precedes it. Look into `foldedString` after composing. */
export const MARK_JAMO = 0xd804;

const FIRST_JOINING_JAMO = 0x1160;
const LAST_JOINING_JAMO = 0x11ff;

/** What each unit of the Basic Multilingual Plane folds to: itself, another unit, or a mark. */
export const FOLDED_UNITS = new Uint16Array(0x10000);

/** What folds to more than one unit, and everything beyond the Basic Multilingual Plane that does not fold to itself. */
const FOLDED_STRINGS = new Map<number, string>();

fillLookup();

/** The folded text of a code point marked `MARK_STRING` or `MARK_JAMO`, or beyond U+FFFF. */
export function foldedString(codePoint: number): string {
  return FOLDED_STRINGS.get(codePoint) ?? String.fromCodePoint(codePoint);
}

function fillLookup(): void {
  for (let unit = 0; unit < FOLDED_UNITS.length; unit++) FOLDED_UNITS[unit] = unit;
  FOLDED_UNITS.fill(MARK_SURROGATE, 0xd800, 0xe000);
  for (const [from, to] of parseRanges(REMOVED)) for (let codePoint = from; codePoint <= to; codePoint++) set(codePoint, '');
  for (const [from, to] of parseRanges(SPACES)) for (let codePoint = from; codePoint <= to; codePoint++) set(codePoint, ' ');
  // It folds to itself, but not after another one.
  set(0x20, ' ');
  for (const run of SHIFTED.split(' ')) setRun(run);
  for (const pair of REPLACED.split(' ')) {
    const codePoint = pair.codePointAt(0)!;
    set(codePoint, pair.slice(String.fromCodePoint(codePoint).length).replaceAll('␠', ' '));
  }
  for (const variants of VARIANTS.split(' ')) {
    const [first, ...others] = variants;
    for (const other of others) set(other.codePointAt(0)!, first!);
  }
  for (let unit = FIRST_JOINING_JAMO; unit <= LAST_JOINING_JAMO; unit++) setJoiningJamo(unit);
}

function setRun(run: string): void {
  const [, from, to, stride, target] = /^(\w+)-(\w+?)(\/2)?>(\w+)$/.exec(run)!;
  const first = parseInt(from!, 16);
  const last = parseInt(to!, 16);
  for (let codePoint = first; codePoint <= last; codePoint += stride === undefined ? 1 : 2) {
    set(codePoint, String.fromCodePoint(parseInt(target!, 16) + codePoint - first));
  }
}

function set(codePoint: number, value: string): void {
  if (codePoint > 0xffff) FOLDED_STRINGS.set(codePoint, value);
  else if (value === '') FOLDED_UNITS[codePoint] = MARK_REMOVED;
  else if (value === ' ') FOLDED_UNITS[codePoint] = MARK_SPACE;
  else if (value.length === 1) FOLDED_UNITS[codePoint] = value.charCodeAt(0);
  else {
    FOLDED_UNITS[codePoint] = MARK_STRING;
    FOLDED_STRINGS.set(codePoint, value);
  }
}

function setJoiningJamo(unit: number): void {
  const value = FOLDED_UNITS[unit]!;
  FOLDED_UNITS[unit] = MARK_JAMO;
  FOLDED_STRINGS.set(unit, value === MARK_REMOVED ? '' : String.fromCharCode(value));
}

function parseRanges(text: string): [number, number][] {
  return text.split(' ').map((range) => {
    const [from, to = from] = range.split('-');
    return [parseInt(from!, 16), parseInt(to!, 16)];
  });
}
