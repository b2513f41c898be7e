import { HoldfastError } from '../errors/errors.js';

/** Lists that are cut by row number go no further than this; a filter narrows them. */
const DEPTH_LIMIT = 100_000;

/** A cursor for lists that are worked out anew for each page: how many rows come up to and including this one. */
export function writeRowCursor(rows: number): string {
  return Buffer.from(`row ${rows}`).toString('base64url');
}

/** How many rows to leave out; 0 without a cursor. Throws CURSOR_INVALID. */
export function readRowCursor(cursor: string | null | undefined): number {
  if (!cursor) return 0;
  const rows = /^row ([1-9]\d{0,5})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (rows === null || Number(rows[1]) > DEPTH_LIMIT) throw new HoldfastError('CURSOR_INVALID');
  return Number(rows[1]);
}
