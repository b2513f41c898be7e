import { HoldfastError } from '../errors/errors.js';
import type { TextField } from '../query/ast.js';
import { QUERY_LIMITS } from '../query/query-limits.js';

/** A word of the search language. Positions are UTF-16 units of the search text, from 0. */
export type SearchToken =
  | { readonly kind: 'end'; readonly position: number }
  | { readonly kind: 'open' | 'close' | 'minus' | 'or' | 'and'; readonly position: number }
  | { readonly kind: 'field'; readonly position: number; readonly field: TextField }
  | NearToken
  | TermToken;

/** `distance`: code points between the two sides; `ordered`: PRE. */
export interface NearToken {
  readonly kind: 'near';
  readonly position: number;
  readonly ordered: boolean;
  readonly distance: number;
}

/** `source` is what stood inside the quotes, or the bare term; `end` lies behind the token. */
export interface TermToken {
  readonly kind: 'literal' | 'word' | 'digits';
  readonly position: number;
  readonly end: number;
  readonly source: string;
}

/** An error of the search text, at the place where it was noticed. */
export function syntaxError(position: number, expected: string): HoldfastError {
  return new HoldfastError('QUERY_SYNTAX', `At position ${position}: expected ${expected}.`, { position, expected });
}

// The full-width forms are those that Chinese keyboards write for the same key.
const OPENING_BRACKETS = '(\uff08';
const CLOSING_BRACKETS = ')\uff09';
const MINUSES = '-\uff0d\u2212';
const STRAIGHT_QUOTES = '"\uff02';
const CURLY_QUOTES = '\u201c\u201d';
const TERM_MARKS: Readonly<Record<string, 'word' | 'digits'>> = { '=': 'word', '\uff1d': 'word', '#': 'digits', '\uff03': 'digits' };
const FIELD_PREFIX = /(body|name|attachment)[:\uff1a]/y;
const WHITE_SPACE = /\p{White_Space}*/uy;
const BARE_TERM = /[^\p{White_Space}()\uff08\uff09"\uff02\u201c\u201d]+/uy;
const OPERATORS: Readonly<Record<string, 'or' | 'and'>> = { OR: 'or', AND: 'and' };
/** Longer terms are no operators; a distance never needs so many digits. */
const LONGEST_OPERATOR = 40;

/** The tokens of a search text, read one by one. Throws QUERY_SYNTAX. */
export function* lexSearchText(text: string): Generator<SearchToken, SearchToken> {
  let position = skip(WHITE_SPACE, text, 0);
  while (position < text.length) {
    const [token, end] = readToken(text, position);
    yield token;
    position = end;
    if (token.kind === 'minus') requireTerm(text, position, 'a minus');
    else if (token.kind === 'field') requireTerm(text, position, `"${token.field}:"`);
    else position = skip(WHITE_SPACE, text, position);
  }
  return { kind: 'end', position };
}

function readToken(text: string, position: number): [token: SearchToken, end: number] {
  const character = text.charAt(position);
  if (OPENING_BRACKETS.includes(character)) return [{ kind: 'open', position }, position + 1];
  if (CLOSING_BRACKETS.includes(character)) return [{ kind: 'close', position }, position + 1];
  if (MINUSES.includes(character)) return [{ kind: 'minus', position }, position + 1];
  if (isQuote(character)) return termToken('literal', position, readQuoted(text, position));
  const mark = TERM_MARKS[character];
  if (mark !== undefined) {
    requireTerm(text, position + 1, `"${character}"`);
    return termToken(mark, position, readTerm(text, position + 1));
  }
  FIELD_PREFIX.lastIndex = position;
  const prefix = FIELD_PREFIX.exec(text);
  if (prefix !== null) return [{ kind: 'field', position, field: prefix[1] as TextField }, position + prefix[0].length];
  const bare = readTerm(text, position);
  return [readOperator(bare.source, position) ?? termToken('literal', position, bare)[0], bare.end];
}

/** What a prefix belongs to stands right behind it: a lonely minus between words is more likely a dash than a negation. */
function requireTerm(text: string, position: number, prefix: string): void {
  if (position < text.length && skip(WHITE_SPACE, text, position) === position) return;
  throw syntaxError(position, `a term right behind ${prefix}; to search for the sign itself put it into quotes`);
}

function termToken(kind: TermToken['kind'], position: number, term: { source: string; end: number }): [TermToken, number] {
  return [{ kind, position, source: term.source, end: term.end }, term.end];
}

function readTerm(text: string, position: number): { source: string; end: number } {
  if (isQuote(text.charAt(position))) return readQuoted(text, position);
  const end = skip(BARE_TERM, text, position);
  if (end === position) throw syntaxError(position, 'a term');
  return { source: text.slice(position, end), end };
}

function isQuote(character: string): boolean {
  return character !== '' && (STRAIGHT_QUOTES + CURLY_QUOTES).includes(character);
}

/** Straight quotes end at straight ones and curly quotes at curly ones, so that each may stand inside the other. */
function readQuoted(text: string, position: number): { source: string; end: number } {
  const closing = STRAIGHT_QUOTES.includes(text.charAt(position)) ? STRAIGHT_QUOTES : CURLY_QUOTES;
  let source = '';
  let start = position + 1;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (closing.includes(character)) return { source: source + text.slice(start, at), end: at + 1 };
    if (character === '\\' && (text.charAt(at + 1) === '\\' || isQuote(text.charAt(at + 1)))) {
      source += text.slice(start, at);
      start = ++at;
    }
  }
  throw syntaxError(position, 'a closing quote for the quote that begins here (a quote that is text is written \\")');
}

function readOperator(source: string, position: number): SearchToken | null {
  if (source.length > LONGEST_OPERATOR) return null;
  const plain = source.normalize('NFKC');
  const joint = OPERATORS[plain];
  if (joint !== undefined) return { kind: joint, position };
  if (plain === 'NOT') throw syntaxError(position, 'a minus for "not" (-term), or "NOT" in quotes for the word');
  const near = /^(NEAR|PRE)\/([0-9]*)$/.exec(plain);
  if (near === null) return null;
  const distance = near[2] === '' ? NaN : Number(near[2]);
  if (!(distance <= QUERY_LIMITS.nearDistance)) {
    throw syntaxError(position, `a number of characters from 0 to ${QUERY_LIMITS.nearDistance} behind ${near[1]}/`);
  }
  return { kind: 'near', position, ordered: near[1] === 'PRE', distance };
}

/** Where the run that the sticky pattern describes ends; `position` itself if none begins there. */
function skip(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}
