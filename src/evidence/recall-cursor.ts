import { HoldfastError } from '../errors/errors.js';
import type { FilterNode } from '../query/ast.js';
import { queryHash } from '../query/query-hash.js';
import type { RecallPlace } from './recall-pages.js';

const CURSOR = /^(-?\d{1,16}|none) ([0-9a-f]{32}) ([0-9a-f]{16})$/;

/** An opaque cursor for clients, tied to its filter. */
export function writeRecallCursor({ at, id }: RecallPlace, filter: FilterNode): string {
  return Buffer.from(`${at ?? 'none'} ${id} ${hashOf(filter)}`).toString('base64url');
}

/** Throws CURSOR_INVALID for anything that `writeRecallCursor` did not make for this filter. */
export function readRecallCursor(cursor: string, filter: FilterNode): RecallPlace {
  const match = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (match === null || match[3] !== hashOf(filter)) throw new HoldfastError('CURSOR_INVALID');
  return { at: match[1] === 'none' ? null : Number(match[1]), id: match[2]! };
}

function hashOf(filter: FilterNode): string {
  return queryHash({ filter, text: null }, 'oldest');
}
