import { UnitBuffer } from './unit-buffer.js';

/** Unit by unit, what stands in a token for an ASCII character: tokenizers of engines split at all but letters and digits. */
const TOKEN_UNITS = Uint16Array.from({ length: 0x80 }, (_, unit) => (/[0-9A-Za-z]/.test(String.fromCharCode(unit)) ? unit : 0xe000 + unit));
const SPACE = 0x20;
/** Of an ASCII unit: a pair (3 units with its space), itself (2), a triple (4) and the mark before it (2). Others take less. */
const UNITS_PER_UNIT = 11;
/** Stands between the triples of two runs, so that no phrase goes on from one into the other. */
const RUN_BOUNDARY = 0xe083;
const TRIPLE = 3;

const buffer = new UnitBuffer(16384);
/** By code point: the last call that met it. */
const lastMet = new Uint32Array(0x110000);
let callNumber = 0;

/**
 * The index tokens of one folded field, separated by spaces: every two neighboring code points; each distinct code point once,
 * in the order of its first place; every three neighboring ASCII characters. The single ones stand behind the last pair, so
 * no phrase of pairs goes on into them. Triples are for Latin text, whose pairs stand in almost every message that has any.
 */
export function fieldGrams(folded: string): string {
  if (folded.length === 0) return '';
  const units = buffer.reserve(folded.length * UNITS_PER_UNIT);
  const count = writeTriples(folded, units, writeDistinct(folded, units, writePairs(folded, units)));
  // Every gram is written with the space that follows it.
  return buffer.take(count - 1);
}

/**
 * The tokens that a folded literal must have in this order next to each other: itself for one code point, every three
 * neighboring ones for ASCII alone, otherwise every two. Empty for an empty key.
 */
export function literalGrams(key: string): string[] {
  const tokens = Array.from(key, toToken);
  if (tokens.length < 2) return tokens;
  return tokens.length >= TRIPLE && isAscii(key) ? neighbors(tokens, TRIPLE) : neighbors(tokens, 2);
}

function neighbors(tokens: readonly string[], size: number): string[] {
  return tokens.slice(size - 1).map((_, index) => tokens.slice(index, index + size).join(''));
}

function isAscii(text: string): boolean {
  for (let position = 0; position < text.length; position++) if (text.charCodeAt(position) >= 0x80) return false;
  return true;
}

function toToken(character: string): string {
  const unit = character.charCodeAt(0);
  return unit < 0x80 ? String.fromCharCode(TOKEN_UNITS[unit]!) : character;
}

function writePairs(folded: string, units: Uint16Array): number {
  let count = 0;
  let previous = 0;
  let previousLow = 0;
  for (let position = 0; position < folded.length; position++) {
    const unit = folded.charCodeAt(position);
    const token = unit < 0x80 ? TOKEN_UNITS[unit]! : unit;
    const low = isHighSurrogate(unit) ? folded.charCodeAt(++position) : 0;
    if (previous !== 0) {
      units[count++] = previous;
      if (previousLow !== 0) units[count++] = previousLow;
      units[count++] = token;
      if (low !== 0) units[count++] = low;
      units[count++] = SPACE;
    }
    previous = token;
    previousLow = low;
  }
  return count;
}

function writeDistinct(folded: string, units: Uint16Array, from: number): number {
  callNumber = nextCallNumber();
  let count = from;
  for (let position = 0; position < folded.length; position++) {
    const unit = folded.charCodeAt(position);
    const low = isHighSurrogate(unit) ? folded.charCodeAt(++position) : 0;
    const codePoint = low === 0 ? unit : ((unit - 0xd800) << 10) + low - 0xdc00 + 0x10000;
    if (lastMet[codePoint] === callNumber) continue;
    lastMet[codePoint] = callNumber;
    units[count++] = unit < 0x80 ? TOKEN_UNITS[unit]! : unit;
    if (low !== 0) units[count++] = low;
    units[count++] = SPACE;
  }
  return count;
}

function writeTriples(folded: string, units: Uint16Array, from: number): number {
  let count = from;
  let length = 0;
  let first = 0;
  let second = 0;
  for (let position = 0; position < folded.length; position++) {
    const unit = folded.charCodeAt(position);
    const token = unit < 0x80 ? TOKEN_UNITS[unit]! : 0;
    length = unit < 0x80 ? length + 1 : 0;
    if (length >= TRIPLE) {
      if (length === TRIPLE) {
        units[count++] = RUN_BOUNDARY;
        units[count++] = SPACE;
      }
      units[count++] = first;
      units[count++] = second;
      units[count++] = token;
      units[count++] = SPACE;
    }
    first = second;
    second = token;
  }
  return count;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function nextCallNumber(): number {
  if (callNumber < 0xffffffff) return callNumber + 1;
  lastMet.fill(0);
  return 1;
}
