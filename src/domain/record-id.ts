import { randomBytes } from 'node:crypto';

/** What `newRecordId` makes, and nothing that could name a path or a part of a query. */
export const RECORD_ID = /^[0-9a-z]{1,40}$/;

/** Ids sort by time: base 36, 9 digits of milliseconds, then 5 at random. */
export function newRecordId(now: number): string {
  const random = (randomBytes(4).readUInt32LE() % 36 ** 5).toString(36).padStart(5, '0');
  return `${now.toString(36).padStart(9, '0')}${random}`;
}
