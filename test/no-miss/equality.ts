import { scriptClass, widestScriptClass } from './script-variants.js';

/**
 * An independent answer to "is this the same text?", written from the promise: case, width and other compatibility forms, marks
 * (kana's own stay), ignorable characters, the amount of white space and script spellings make no difference; nothing else is
 * ignored. Imports nothing from `src/`: what the program thinks equal is on trial here.
 */
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The characters as a reader sees them. */
export function graphemes(text: string): string[] {
  return Array.from(SEGMENTER.segment(text), (segment) => segment.segment);
}

/** Texts with the same key certainly count as equal. White space is not yet drawn together. */
export function certainKey(text: string): string {
  return equalityKey(text, scriptClass);
}

/** Texts with the same key may count as equal: rare spellings are taken for the same as well. A text that is found must hold the literal in this sense. */
export function possibleKey(text: string): string {
  return oneSpace(equalityKey(text, widestScriptClass));
}

/** Any amount of white space is one space. */
export function oneSpace(text: string): string {
  return text.replace(/ +/g, ' ');
}

const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;
const MARKS = /(?![\u3099\u309a])\p{Mn}/gu;
const WHITE_SPACE = /[\p{White_Space}\u001c-\u001f]/gu;
const SYLLABLE = /[\uac00-\ud7a3]/;

/** Signs whose compatibility form is a space with a mark: they are signs all the same. Kana marks that stand free are kana marks. */
const SPACED_MARKS: Readonly<Record<string, string>> = { '\u309b': '\u3099', '\u309c': '\u309a', '\uffe3': '\u00af' };

function equalityKey(text: string, classOf: (character: string) => string): string {
  const plain = Array.from(wellFormed(text).normalize('NFC'), decomposed).join('');
  const visible = plain.replace(IGNORED, '').replace(MARKS, '').replace(WHITE_SPACE, ' ');
  return Array.from(visible, (character) => classOf(withoutCase(unreserved(character)))).join('');
}

/** Half a surrogate pair is no character: it stands for an unknown one. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}

function decomposed(character: string): string {
  if (SYLLABLE.test(character)) return character;
  const plain = character.normalize('NFKD');
  return isSpacedMark(plain) ? (SPACED_MARKS[character] ?? character) : plain;
}

/** Whether a compatibility form is a space and a mark on it. */
export function isSpacedMark(plain: string): boolean {
  return /^ \p{Mn}/u.test(plain);
}

/** Documented as one class each: the program keeps the first 256 private characters for itself. */
function unreserved(character: string): string {
  const code = character.codePointAt(0)!;
  return code >= 0xe000 && code <= 0xe0ff ? String.fromCodePoint(code + 0x1000) : character;
}

function withoutCase(character: string): string {
  return character.toLowerCase().toUpperCase().toLowerCase();
}
