import type { Statement } from 'better-sqlite3';
import { HoldfastError } from '../../errors/errors.js';
import { IndexEraser, type EraseItem, type EraseResult, type RemovalState } from '../index-eraser.js';
import { FACTS_BYTES, OFFSET } from './facts.js';
import { openArchiveForWriting, readMeta, requireVersions, writeMeta, type Connection } from './open-database.js';
import { removeContent } from './remove-content.js';
import { StubRows } from './stub-rows.js';
import { formatVersion, parseVersion } from './version.js';

/** Destroys messages of the embedded archive. */
export class SqliteIndexEraser extends IndexEraser {
  private readonly stubs: StubRows;
  private readonly incarnation: string;
  private readonly deleteMessage: Statement<[Buffer, number], number>;
  private readonly emptyRow: Statement<[number, Buffer, number]>;
  private readonly deleteGrams: Statement<[number]>;

  private constructor(
    private readonly connection: Connection,
    private readonly foldVersion: string,
  ) {
    super();
    this.stubs = new StubRows(connection);
    this.incarnation = String(readMeta(connection, 'incarnation'));
    this.deleteMessage = connection.prepare<[Buffer, number], number>('DELETE FROM message WHERE id = ? AND change = ? RETURNING row').pluck();
    this.emptyRow = connection.prepare(`UPDATE search_row SET change = ?, facts = ?, folded = '' WHERE row = ?`);
    this.deleteGrams = connection.prepare('DELETE FROM grams WHERE rowid = ?');
  }

  /** Opens the archive in `dataDir`, making it if there is none. */
  static open(dataDir: string, foldVersion: string): SqliteIndexEraser {
    return new SqliteIndexEraser(openArchiveForWriting(dataDir, foldVersion), foldVersion);
  }

  override async erase(items: readonly EraseItem[], batchId: string): Promise<readonly EraseResult[]> {
    const changes = this.numbered(items, ({ id, version }, change) => this.eraseOne(Buffer.from(id, 'hex'), this.changeOf(version), change, batchId));
    return changes.map((change) => (change === null ? { outcome: 'conflict' } : { outcome: 'erased', version: this.version(change) }));
  }

  /** Searches see every committed write at once. */
  override async refresh(): Promise<void> {}

  override remove(from: RemovalState | null): AsyncIterable<RemovalState> {
    return removeContent(this.connection, from);
  }

  override async close(): Promise<void> {
    this.connection.close();
  }

  private eraseOne(id: Buffer, expected: number | null, change: number, batchId: string): boolean {
    const row = expected === null ? null : (this.deleteMessage.get(id, expected) ?? null);
    if (row === null) return false;
    this.emptyRow.run(change, emptyFacts(row), row);
    this.deleteGrams.run(row);
    this.stubs.add(id, change, batchId);
    return true;
  }

  /** In one transaction: calls `write` with the next change number for each item, and returns the numbers that were used up. */
  private numbered<Item>(items: readonly Item[], write: (item: Item, change: number) => boolean): (number | null)[] {
    const work = this.connection.transaction(() => {
      requireVersions(this.connection, this.foldVersion);
      let last = Number(readMeta(this.connection, 'change'));
      const changes = items.map((item) => (write(item, last + 1) ? ++last : null));
      writeMeta(this.connection, 'change', last);
      return changes;
    });
    try {
      return work.immediate();
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      throw new HoldfastError('ENGINE_UNAVAILABLE', 'The archive could not be written.', {}, { cause: error });
    }
  }

  /** The change number of a version of this archive, or null. */
  private changeOf(version: string): number | null {
    const parsed = parseVersion(version);
    return parsed?.incarnation === this.incarnation ? parsed.change : null;
  }

  private version(change: number): string {
    return formatVersion(this.incarnation, change);
  }
}

/** The facts of a row that nothing finds. */
function emptyFacts(row: number): Buffer {
  const facts = Buffer.alloc(FACTS_BYTES);
  facts.writeUInt32LE(row, OFFSET.row);
  return facts;
}
