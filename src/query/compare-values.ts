/** From here on the order of UTF-16 units is not that of code points: halves of pairs stand below U+E000 to U+FFFF. */
const FIRST_SURROGATE = 0xd800;

/**
 * The order of values wherever they are listed: by code points, which is the order of their UTF-8 bytes. Every engine
 * orders so, whatever it keeps strings in. Negative when `left` comes first, 0 for equal ones.
 */
export function compareValues(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  let place = 0;
  while (place < length && left.charCodeAt(place) === right.charCodeAt(place)) place++;
  if (place === length) return left.length - right.length;
  return rank(left.charCodeAt(place)) - rank(right.charCodeAt(place));
}

/** Moves the halves of pairs behind all other units. */
function rank(unit: number): number {
  if (unit < FIRST_SURROGATE) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
