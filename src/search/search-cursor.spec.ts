import { describe, expect, it } from '@jest/globals';
import type { PageKey } from '../query/page.js';
import { readSearchCursor, writeSearchCursor } from './search-cursor.js';

const key: PageKey = { order: 'newest', queryHash: '0123456789abcdef', id: 'a'.repeat(32), sentAt: 5, score: null, ranking: null };

describe('search cursors', () => {
  it.each([[null], [[0]], [[12, 3, 1999]]])('come back as they were written, with kept words %j', (keptWords) => {
    expect(readSearchCursor(writeSearchCursor({ key, keptWords }))).toEqual({ key, keptWords });
  });

  it.each([
    '',
    'x',
    '~',
    '~1',
    `${writeSearchCursor({ key, keptWords: null })}~`,
    `${writeSearchCursor({ key, keptWords: [1] })}~2`,
    `${writeSearchCursor({ key, keptWords: null })}~-1`,
    `${writeSearchCursor({ key, keptWords: null })}~${Array(65).fill(1).join('.')}`,
  ])('are refused: %s', (cursor) => {
    expect(() => readSearchCursor(cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  });
});
