import { join } from 'node:path';
import type { Statement } from 'better-sqlite3';
import {
  RejectedRecordStore,
  type RejectedPlace,
  type RejectedRecord,
  type RejectedRecordPage,
} from '../../catalog/rejected-record-store.js';
import type { RejectionReason } from '../../domain/values.js';
import { makePrivateDirectory, openPrivately, type Connection } from './open-database.js';

export const REJECTED_FILE = 'rejected.sqlite';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS rejected (
    importRunId TEXT NOT NULL, file TEXT NOT NULL, ordinal INTEGER NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL,
    detail TEXT NOT NULL, length INTEGER NOT NULL, sha256 TEXT, bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS rejected_place ON rejected (importRunId, file, ordinal);
  CREATE INDEX IF NOT EXISTS rejected_reason ON rejected (importRunId, reason, file, ordinal);
`;

/**
 * The rejected records of the embedded engine, in a file of their own: neither an audit block nor a search waits while a damaged
 * archive fills it. Every commit is synced to disk before it is answered.
 */
export class SqliteRejectedRecords extends RejectedRecordStore {
  private readonly insert: Statement<[string, string, number, number, string, string, number, string | null, Uint8Array]>;

  private constructor(private readonly connection: Connection) {
    super();
    this.insert = connection.prepare(
      `INSERT OR REPLACE INTO rejected (importRunId, file, ordinal, line, reason, detail, length, sha256, bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** Opens the records in `dataDir`, making the file if there is none. */
  static open(dataDir: string): SqliteRejectedRecords {
    makePrivateDirectory(dataDir);
    const connection = openPrivately(join(dataDir, REJECTED_FILE));
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('secure_delete = ON');
    connection.transaction(() => connection.exec(SCHEMA)).immediate();
    return new SqliteRejectedRecords(connection);
  }

  override async add(records: readonly RejectedRecord[]): Promise<void> {
    this.connection
      .transaction(() => {
        for (const { importRunId, file, ordinal, line, reason, detail, length, sha256, bytes } of records)
          this.insert.run(importRunId, file, ordinal, line, reason, detail, length, sha256, bytes);
      })
      .immediate();
  }

  override async discardBehind(importRunId: string, { file, ordinal }: RejectedPlace): Promise<void> {
    this.connection.prepare('DELETE FROM rejected WHERE importRunId = ? AND file = ? AND ordinal > ?').run(importRunId, file, ordinal);
  }

  override async list(importRunId: string, { reason, after, first }: RejectedRecordPage): Promise<readonly RejectedRecord[]> {
    const ofReason = reason === null ? '' : 'AND reason = ?';
    const behind = after === null ? '' : 'AND (file, ordinal) > (?, ?)';
    return this.connection
      .prepare<unknown[], RejectedRecord>(
        `SELECT importRunId, file, ordinal, line, reason, detail, length, sha256, bytes FROM rejected
         WHERE importRunId = ? ${ofReason} ${behind} ORDER BY file, ordinal LIMIT ?`,
      )
      .all(importRunId, ...(reason === null ? [] : [reason]), ...(after === null ? [] : [after.file, after.ordinal]), first);
  }

  override async count(importRunId: string, reason: RejectionReason | null): Promise<number> {
    const ofReason = reason === null ? '' : 'AND reason = ?';
    return this.connection
      .prepare<unknown[], number>(`SELECT count(*) FROM rejected WHERE importRunId = ? ${ofReason}`)
      .pluck()
      .get(importRunId, ...(reason === null ? [] : [reason]))!;
  }

  override async close(): Promise<void> {
    this.connection.close();
  }
}
