import type { Random } from '../support/random.js';
import { graphemes, isSpacedMark } from './equality.js';
import { SPELLINGS } from './script-variants.js';

// Other ways to write the same search. Imports nothing from `src/`.

const IGNORABLES = ['\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u200e'];
const BLANKS = [' ', '  ', '\t', '\u3000', '\u00a0', '\r\n'];

/** Of these the compatibility form is another text: jamo that join up with their neighbors, and a space in place of a sign. */
function hasOtherCompatibilityForm(text: string): boolean {
  return Array.from(text).some((character) => /[\u3130-\u318f\uffa0-\uffdc]/u.test(character) || isSpacedMark(character.normalize('NFKD')));
}

type Disguise = (text: string, random: Random) => string;

function eachCharacter(change: (character: string, random: Random) => string): Disguise {
  return (text, random) => Array.from(text, (character) => (random.chance(0.7) ? change(character, random) : character)).join('');
}

function otherCase(character: string): string {
  const other = character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase();
  return Array.from(other).length === 1 &&
    other.toLowerCase() === character.toLowerCase() &&
    other.toUpperCase() === character.toUpperCase()
    ? other
    : character;
}

function otherWidth(character: string): string {
  const code = character.codePointAt(0)!;
  if (code > 0x20 && code < 0x7f) return String.fromCodePoint(code + 0xfee0);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCodePoint(code - 0xfee0) : character;
}

const DISGUISES: readonly Disguise[] = [
  eachCharacter(otherCase),
  eachCharacter(otherWidth),
  eachCharacter((character, random) => random.pick(SPELLINGS.get(character) ?? [character])),
  eachCharacter((character) => (/\p{Script=Latin}/u.test(character) ? `${character}\u0301` : character)),
  (text) => text.normalize('NFC'),
  (text) => text.normalize('NFD'),
  (text) => (hasOtherCompatibilityForm(text) ? text : text.normalize('NFKC')),
  (text) => (hasOtherCompatibilityForm(text) ? text : text.normalize('NFKD')),
  (text, random) =>
    graphemes(text)
      .map((piece) => (random.chance(0.3) ? random.pick(IGNORABLES) + piece : piece))
      .join(''),
  (text, random) => text.replace(/\p{White_Space}+/gu, () => random.pick(BLANKS)),
];

/** The same search in one or two other spellings at once. */
export function disguise(text: string, random: Random): string {
  let changed = text;
  for (let round = random.between(1, 2); round > 0; round -= 1) changed = random.pick(DISGUISES)(changed, random);
  return changed;
}
