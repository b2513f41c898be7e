/** Controls, what turns or hides text, separators of lines, characters without a width, private use. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;
const CONTROL_PICTURES = 0x2400;
const DELETE = 0x7f;
const DELETE_PICTURE = 0x2421;

/**
 * Bytes as text that harms no terminal and no page: control characters as their pictures (␀, ␉, ␊), other characters that are not
 * seen as `<U+202E>`, bytes that are no UTF-8 as U+FFFD. A character that the end of cut bytes breaks is left out.
 */
export function shownBytes(bytes: Uint8Array, isCut: boolean): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: isCut }).replace(UNSEEN, shown);
}

function shown(character: string): string {
  const codePoint = character.codePointAt(0)!;
  if (codePoint < 0x20) return String.fromCodePoint(CONTROL_PICTURES + codePoint);
  if (codePoint === DELETE) return String.fromCodePoint(DELETE_PICTURE);
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}>`;
}
