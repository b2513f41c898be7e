const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;
/** Unicode's white space and U+001C-001F, which Java counts as white space. */
const WHITE_SPACE = /[\p{White_Space}\u001c-\u001f]/u;
const MARK = /\p{M}/u;
const NONSPACING_MARK = /\p{Mn}/u;
/** The voicing marks of kana stay: か and が are different letters. */
const KANA_MARK = /[\u3099\u309a]/;
const HANGUL_SYLLABLE = /[\uac00-\ud7a3]/;
const COMPATIBILITY_JAMO = /[\u3131-\u318e]/;
const CONJOINING_JAMO = /[\u1100-\u11ff]/;

/** What Unicode's compatibility decomposition would tear apart or part from its equal. */
const OWN_VALUES = new Map([
  ['\u309b', '\u3099'], // the free-standing voicing marks are written for the combining ones
  ['\u309c', '\u309a'],
  ['\uffe3', '\u00af'], // the full-width macron
  ['ß', 'ss'],
  ['ς', 'σ'],
]);

/** The modern jamo in the order of their conjoining forms: leading, vowel, trailing. */
const JAMO_ROWS = [
  [0x1100, 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'],
  [0x1161, 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'],
  [0x11a8, 'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'],
];

/** Code point -> folded text, for every code point that does not fold to itself. Folding any value again changes nothing. */
export function codePointValues(classes) {
  const representatives = new Map(classes.flatMap(([first, ...others]) => others.map((other) => [other, first])));
  const jamo = freeStandingJamo();
  const values = new Map();
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const character = String.fromCodePoint(codePoint);
    const value = settle(character, representatives, jamo);
    if (value !== character) values.set(codePoint, value);
  }
  return values;
}

/** Applies one step to every character again and again until nothing changes. */
function settle(character, representatives, jamo) {
  let value = character;
  for (let round = 0; round < 10; round++) {
    const next = [...value].map((each) => step(each, representatives, jamo)).join('');
    if (next === value) return value;
    value = next;
  }
  throw new Error(`U+${character.codePointAt(0).toString(16)} does not settle`);
}

function step(character, representatives, jamo) {
  if (IGNORABLE.test(character)) return '';
  if (WHITE_SPACE.test(character)) return ' ';
  const codePoint = character.codePointAt(0);
  // The grams use U+E000-E0FF for themselves.
  if (codePoint >= 0xe000 && codePoint <= 0xe0ff) return String.fromCodePoint(codePoint + 0x1000);
  if (HANGUL_SYLLABLE.test(character) || COMPATIBILITY_JAMO.test(character)) return character;
  if (OWN_VALUES.has(character)) return OWN_VALUES.get(character);
  const lower = [...decompose(character)].map((each) => OWN_VALUES.get(each) ?? each.toLowerCase());
  return joinJamo(lower.map((each) => representatives.get(each) ?? each).join(''), jamo);
}

/** NFKD without marks. Spacing diacritics (´ ¨ ‾), which would leave nothing but a space, stay what they are. */
function decompose(character) {
  const decomposed = withoutMarks(character.normalize('NFKD'));
  return decomposed === ' ' ? withoutMarks(character.normalize('NFD')) : decomposed;
}

function withoutMarks(text) {
  return [...text]
    .filter((character) => KANA_MARK.test(character) || !(NONSPACING_MARK.test(character) || isReordered(character)))
    .join('');
}

/** Marks that canonical ordering moves: with them, folding the parts of a text would not give parts of its fold. */
function isReordered(character) {
  if (!MARK.test(character)) return false;
  return [`a${character}\u0334`, `a\u0301${character}`, `a\u0345${character}`].some(
    (text) => text.normalize('NFD') !== [...text].map((each) => each.normalize('NFD')).join(''),
  );
}

/** Syllables stay together; jamo outside a syllable become the free-standing ones, which never join. */
function joinJamo(text, jamo) {
  if (!CONJOINING_JAMO.test(text)) return text;
  return [...text.normalize('NFC')].map((character) => jamo.get(character) ?? character).join('');
}

function freeStandingJamo() {
  const jamo = new Map();
  for (let codePoint = 0x3131; codePoint <= 0x318e; codePoint++)
    jamo.set(String.fromCodePoint(codePoint).normalize('NFKD'), String.fromCodePoint(codePoint));
  for (const [first, row] of JAMO_ROWS) [...row].forEach((character, index) => jamo.set(String.fromCodePoint(first + index), character));
  return jamo;
}
