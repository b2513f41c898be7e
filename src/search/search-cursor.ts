import { HoldfastError } from '../errors/errors.js';
import { decodeCursor, encodeCursor, type PageKey } from '../query/page.js';

/** Where a page ended and, for match ANY, which words of the text the list was begun with. */
export interface SearchCursor {
  readonly key: PageKey;
  /** Positions in the words of the text; null for match ALL. */
  readonly keptWords: readonly number[] | null;
}

const SEPARATOR = '~';
const WORDS = /^\d{1,5}(?:\.\d{1,5}){0,63}$/;

/** An opaque cursor for clients. */
export function writeSearchCursor({ key, keptWords }: SearchCursor): string {
  return keptWords === null ? encodeCursor(key) : `${encodeCursor(key)}${SEPARATOR}${keptWords.join('.')}`;
}

/** Throws CURSOR_INVALID for anything that `writeSearchCursor` did not make. */
export function readSearchCursor(cursor: string): SearchCursor {
  const [encoded, words, ...rest] = cursor.split(SEPARATOR);
  const key = decodeCursor(encoded!);
  if (key === null || rest.length > 0 || (words !== undefined && !WORDS.test(words))) throw new HoldfastError('CURSOR_INVALID');
  return { key, keptWords: words === undefined ? null : words.split('.').map(Number) };
}
