import { decodeDocument } from '../document-codec.js';
import type { VersionedMessage } from '../search-engine.js';
import { readMeta, type Connection } from './open-database.js';
import { formatVersion } from './version.js';

/** A stored message with its row. */
export interface RowMessage extends VersionedMessage {
  readonly row: number;
}

/** Up to `count` messages behind a row, upwards. */
export function readMessages(connection: Connection, afterRow: number, count: number): readonly RowMessage[] {
  const incarnation = String(readMeta(connection, 'incarnation'));
  return connection
    .prepare<[number, number], { row: number; change: number; document: Buffer }>(
      'SELECT row, change, document FROM message WHERE row > ? ORDER BY row LIMIT ?',
    )
    .all(afterRow, count)
    .map(({ row, change, document }) => ({ row, ...decodeDocument(document), version: formatVersion(incarnation, change) }));
}

/** How many messages are stored. */
export function countMessages(connection: Connection): number {
  return connection.prepare<[], number>('SELECT count(*) FROM message').pluck().get()!;
}
