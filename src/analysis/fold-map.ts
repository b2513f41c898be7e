import { FOLDED_UNITS, MARK_BITS, MARK_MASK } from './fold-lookup.js';
import { JAMO_SYLLABLE, fold } from './fold.js';

/** A folded text and where it came from. */
export interface FoldMap {
  /** What `fold` makes of the text. */
  readonly key: string;
  /** By UTF-16 unit of the key: where its source begins, in UTF-16 units of the text. */
  readonly starts: Int32Array;
  /** By UTF-16 unit of the key: where its source ends (exclusive). Only a space comes from more than one character: its run. */
  readonly ends: Int32Array;
}

const SPACE = 0x20;
const JAMO = /[\u1160-\u11ff]/;
/** What folds by itself: a syllable written in jamo, or one code point. */
const PIECE = new RegExp(`${JAMO_SYLLABLE.source}|[^]`, 'gu');

/** Folds a text and keeps the way back. Takes about five times as long as `fold`. */
export function foldWithOffsets(text: string): FoldMap {
  const units: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const append = (unit: number, start: number, end: number): void => {
    if (unit === SPACE && units.at(-1) === SPACE) {
      ends[ends.length - 1] = end;
      return;
    }
    units.push(unit);
    starts.push(start);
    ends.push(end);
  };
  let start = 0;
  for (const piece of JAMO.test(text) ? (text.match(PIECE) ?? []) : text) {
    const end = start + piece.length;
    const value = FOLDED_UNITS[piece.charCodeAt(0)]!;
    if ((value & MARK_MASK) !== MARK_BITS && piece.length === 1) append(value, start, end);
    else for (const character of fold(piece).split('')) append(character.charCodeAt(0), start, end);
    start = end;
  }
  return { key: toText(units), starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}

function toText(units: readonly number[]): string {
  return Buffer.from(Uint16Array.from(units).buffer).toString('utf16le');
}
