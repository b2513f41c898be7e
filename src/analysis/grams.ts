import { UnitBuffer } from './unit-buffer.js';

/** Unit by unit, what stands in a token for an ASCII character: tokenizers of engines split at all but letters and digits. */
const TOKEN_UNITS = Uint16Array.from({ length: 0x80 }, (_, unit) => (/[0-9A-Za-z]/.test(String.fromCharCode(unit)) ? unit : 0xe000 + unit));
const SPACE = 0x20;
/** A gram has at most two code points and the space before it: five units; each unit begins at most two grams. */
const UNITS_PER_UNIT = 8;

const buffer = new UnitBuffer(16384);
/** By code point: the last call that met it. */
const lastMet = new Uint32Array(0x110000);
let callNumber = 0;

/**
 * The index tokens of one folded field, separated by spaces: every two neighboring code points, then each distinct code point
 * once, in the order of its first place. The single ones stand behind the last pair, so no phrase of pairs goes on into them.
 */
export function fieldGrams(folded: string): string {
  if (folded.length === 0) return '';
  const units = buffer.reserve(folded.length * UNITS_PER_UNIT);
  const count = writeDistinct(folded, units, writePairs(folded, units));
  // Every gram is written with the space that follows it.
  return buffer.take(count - 1);
}

/**
 * The tokens that a folded literal must have in this order next to each other: itself for one code point, otherwise every two
 * neighboring ones. Empty for an empty key.
 */
export function literalGrams(key: string): string[] {
  const tokens = Array.from(key, toToken);
  return tokens.length < 2 ? tokens : tokens.slice(1).map((token, index) => tokens[index]! + token);
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

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function nextCallNumber(): number {
  if (callNumber < 0xffffffff) return callNumber + 1;
  lastMet.fill(0);
  return 1;
}
