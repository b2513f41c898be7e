import { createHash } from 'node:crypto';
import { TEXT_FIELDS, type TextField } from '../query/ast.js';
import type { FoldedText } from '../query/folded-text.js';
import { isWordCodePoint } from '../query/word-code-point.js';

export { isWordCodePoint };

/** One token column holds the words of all fields; the first code point keeps them apart, and apart from segmented words. */
const FIELD_PREFIXES: Readonly<Record<TextField, string>> = { body: '\ue0a0', name: '\ue0a1', attachment: '\ue0a2' };
/** Stands before the hash of a long word, so that no word reads like one. */
const HASHED = '\ue0a3';
/** Elasticsearch splits tokens at 255 units. */
const LONGEST_WORD = 200;

/** The token of a whole word (a folded run of Latin letters and digits) in a field. */
export function wordToken(key: string, field: TextField): string {
  return FIELD_PREFIXES[field] + (key.length <= LONGEST_WORD ? key : HASHED + createHash('sha256').update(key).digest('hex'));
}

/** The tokens of all words of a message, in order, with repeats. */
export function wordTokens(folded: FoldedText): string[] {
  const tokens: string[] = [];
  for (const field of TEXT_FIELDS) {
    for (const word of wordsOf(folded[field])) tokens.push(wordToken(word, field));
  }
  return tokens;
}

/** The maximal runs of Latin letters and digits. */
export function wordsOf(folded: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let position = 0; position < folded.length; position++) {
    const unit = folded.charCodeAt(position);
    const isPair = (unit & 0xfc00) === 0xd800;
    const isWord = isPair ? isWordCodePoint(folded.codePointAt(position)!) : isWordUnit(unit);
    if (isWord && start === -1) start = position;
    if (!isWord && start !== -1) {
      words.push(folded.slice(start, position));
      start = -1;
    }
    if (isPair) position++;
  }
  if (start !== -1) words.push(folded.slice(start));
  return words;
}

const UNKNOWN = 0;
const WORD = 1;
const OTHER = 2;
/** What `isWordCodePoint` said, by unit: it is asked for every character of the archive. */
const answers = new Uint8Array(0x10000);

function isWordUnit(unit: number): boolean {
  if (answers[unit] === UNKNOWN) answers[unit] = isWordCodePoint(unit) ? WORD : OTHER;
  return answers[unit] === WORD;
}
