import { parse } from 'lossless-json';

/**
 * A number that loses digits, or all of itself, as a JavaScript number: 16 or more digits, or a large exponent. Long ids in strings
 * stand behind a quotation mark.
 */
const RISKY_NUMBER = /(?:^|[:,[\s-])\d[\d.]{15}|\d[eE][+-]?\d{3}/;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

export interface ParsedJson {
  readonly value: unknown;
  /** Some object names a key twice; the last value counts, as everywhere in JSON. */
  readonly hasDuplicateKeys: boolean;
}

/**
 * Reads JSON without losing digits: a number that JavaScript cannot hold exactly becomes a string of the very digits.
 * Throws SyntaxError for what is not JSON.
 */
export function parseJson(text: string): ParsedJson {
  // Also the judge of what JSON is: it takes any depth, which a recursive parser does not.
  const value: unknown = JSON.parse(text);
  return { value: RISKY_NUMBER.test(text) ? exactly(text, value) : value, hasDuplicateKeys: countKeys(value) !== countWrittenKeys(text) };
}

function exactly(text: string, rounded: unknown): unknown {
  try {
    return parse(text, null, { parseNumber: readNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch {
    // Too deep for it. The raw record keeps every digit.
    return rounded;
  }
}

function readNumber(digits: string): number | string {
  const number = Number(digits);
  return String(number) === digits || !RISKY_NUMBER.test(digits) ? number : digits;
}

/** Strings that a colon follows, in text that is known to be JSON. */
function countWrittenKeys(json: string): number {
  let count = 0;
  for (let start = json.indexOf('"'); start >= 0;) {
    let next = endOfString(json, start) + 1;
    while (isSpace(json.charCodeAt(next))) next += 1;
    if (json.charCodeAt(next) === COLON) count += 1;
    start = json.indexOf('"', next);
  }
  return count;
}

/** The quote that closes the string: the first one behind an even number of backslashes. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let first = end;
    while (json.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** Keys of all objects inside, without recursion: depth is the sender's choice. */
function countKeys(value: unknown): number {
  const waiting: unknown[] = [value];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const values: unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) count += values.length;
    for (const inner of values) if (typeof inner === 'object' && inner !== null) waiting.push(inner);
  }
  return count;
}

/** Whether arrays and objects nest more than `limit` deep. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level = containers([value]);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === limit) return true;
    level = level.flatMap((inner) => containers(Object.values(inner)));
  }
  return false;
}

function containers(values: readonly unknown[]): object[] {
  return values.filter((value) => typeof value === 'object' && value !== null);
}
