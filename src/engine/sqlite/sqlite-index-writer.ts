import type { Statement } from 'better-sqlite3';
import { HoldfastError } from '../../errors/errors.js';
import { decodeDocument } from '../document-codec.js';
import {
  IndexWriter, type KeptMessage, type Prepare, type PreparedMessage, type PutItem, type PutResult, type Stub, type VerifyReport, type WrittenMessage,
} from '../index-writer.js';
import { DictionaryWriter } from './dictionary.js';
import { foldedColumn } from './folded-column.js';
import { openArchiveForWriting, readMeta, requireVersions, type Connection } from './open-database.js';
import { PreparedPacker } from './pack-prepared.js';
import { reindexArchive } from './reindex-archive.js';
import { StubRows, type StubRow } from './stub-rows.js';
import { formatVersion, parseVersion } from './version.js';
import { verifyArchive } from './verify-archive.js';

/** One row of the table `message`. */
interface MessageRow {
  readonly row: number;
  readonly change: number;
  readonly document: Buffer;
}

/** Messages that `readAll` holds at once. */
const READ_BATCH = 1_000;
/** Nothing stands at it. */
const NO_CHANGE = -1;
/** Segments of the index that `finish` leaves at most. */
const MERGE_PAGES = 2000;

/** Writes the embedded archive. One process may hold several; SQLite lets one of them write at a time. */
export class SqliteIndexWriter extends IndexWriter {
  private packer: PreparedPacker | null = null;
  /** Of the transaction at hand: the row of its next new message, and whether the archive has any stub. */
  private nextRow = 1;
  private hasStubs = true;
  /** How often entries of the dictionary had been cleared when those that are remembered were read. */
  private clearings = 0;

  private constructor(
    private readonly connection: Connection,
    private readonly statements: Statements,
    private readonly stubs: StubRows,
    private readonly dictionary: DictionaryWriter,
    private readonly incarnation: string,
    private readonly foldVersion: string,
  ) {
    super();
  }

  /** Opens the archive in `dataDir`, making it if there is none. Does not check versions: `prepare` does. */
  static open(dataDir: string, foldVersion: string): SqliteIndexWriter {
    const connection = openArchiveForWriting(dataDir, foldVersion);
    const incarnation = String(readMeta(connection, 'incarnation'));
    const tools = [new Statements(connection), new StubRows(connection), new DictionaryWriter(connection)] as const;
    return new SqliteIndexWriter(connection, ...tools, incarnation, foldVersion);
  }

  override async prepare(): Promise<void> {
    requireVersions(this.connection, this.foldVersion);
  }

  override async put(items: readonly PutItem[]): Promise<readonly PutResult[]> {
    return this.writing(() => this.putAll(items));
  }

  override async read(ids: readonly string[]): Promise<readonly (WrittenMessage | null)[]> {
    const readAll = this.connection.transaction(() => {
      const hasStubs = this.stubs.areThere();
      return ids.map((id) => {
        const key = Buffer.from(id, 'hex');
        const found = this.statements.find.get(key);
        if (found === undefined) return null;
        const disposals = hasStubs ? this.stubs.disposalsOf(key) : [];
        return { ...decodeDocument(found.document), version: this.version(found.change), disposals };
      });
    });
    return readAll.deferred();
  }

  override async readStubs(ids: readonly string[]): Promise<readonly (Stub | null)[]> {
    return ids.map((id) => {
      const found = this.stubs.find(Buffer.from(id, 'hex'));
      return found === null ? null : this.stubOf(found);
    });
  }

  override async *readAllStubs(): AsyncGenerator<readonly Stub[]> {
    for (let last: Buffer = Buffer.alloc(0); ; ) {
      const batch = this.stubs.next(last, READ_BATCH);
      if (batch.length === 0) return;
      yield batch.map((row) => this.stubOf(row));
      last = batch.at(-1)!.id;
    }
  }

  override async createStubs(stubs: readonly Omit<Stub, 'version'>[]): Promise<readonly PutResult[]> {
    return this.writing(() =>
      this.numbered(stubs, ({ id, disposals }, change) => this.stubs.create(Buffer.from(id, 'hex'), change, disposals)),
    );
  }

  override async rewriteStubs(stubs: readonly Stub[]): Promise<readonly PutResult[]> {
    return this.writing(() =>
      this.numbered(stubs, ({ id, version }, change) => {
        const expected = this.changeOf(version);
        return expected !== null && this.stubs.touch(Buffer.from(id, 'hex'), change, expected);
      }),
    );
  }

  override async readDocuments(ids: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
    return ids.map((id) => this.statements.find.get(Buffer.from(id, 'hex'))?.document ?? null);
  }

  override async *readAll(): AsyncGenerator<readonly KeptMessage[]> {
    for (let last: Buffer = Buffer.alloc(0); ; ) {
      const batch = this.statements.next.all(last, READ_BATCH);
      if (batch.length === 0) return;
      const hasStubs = this.stubs.areThere();
      yield batch.map(({ id, document }) => ({ ...decodeDocument(document), disposals: hasStubs ? this.stubs.disposalsOf(id) : [] }));
      last = batch.at(-1)!.id;
    }
  }

  /** Searches see every committed write at once. */
  override async refresh(): Promise<void> {}

  override async finish(): Promise<void> {
    for (;;) {
      const before = this.statements.totalChanges();
      this.statements.merge.run(MERGE_PAGES);
      if (this.statements.totalChanges() - before < 2) break;
    }
    this.connection.pragma('wal_checkpoint(TRUNCATE)');
  }

  override reindex(prepare: Prepare): AsyncIterable<{ done: number; total: number }> {
    return reindexArchive(this.connection, this, prepare, this.foldVersion);
  }

  override verify(prepare: Prepare): AsyncGenerator<{ done: number; total: number }, VerifyReport> {
    return verifyArchive(this.connection, prepare, this.foldVersion);
  }

  override async close(): Promise<void> {
    this.connection.close();
  }

  /** In one transaction. */
  private writing<Value>(work: () => Value): Value {
    try {
      return this.connection.transaction(work).immediate();
    } catch (error) {
      this.dictionary.forget();
      this.packer = null;
      throw new HoldfastError('ENGINE_UNAVAILABLE', 'The archive could not be written.', {}, { cause: error });
    }
  }

  private putAll(items: readonly PutItem[]): PutResult[] {
    this.forgetCleared();
    this.nextRow = this.statements.lastRow.get()! + 1;
    this.hasStubs = this.stubs.areThere();
    return this.numbered(items, (item, change) => {
      const known = item.expected === null ? null : this.updateRow(item, change);
      const row = known ?? this.insertRow(item, change);
      if (row === null) return false;
      this.writeSearchRow(item.prepared, row, change, known !== null);
      return true;
    });
  }

  /** What is remembered of the dictionary may have been cleared by a physical removal since. */
  private forgetCleared(): void {
    const clearings = Number(readMeta(this.connection, 'clearings'));
    if (clearings === this.clearings) return;
    this.clearings = clearings;
    this.dictionary.forget();
    this.packer = null;
  }

  /** Calls `write` for each item with the next change number, which is used up when it returns true. */
  private numbered<Item>(items: readonly Item[], write: (item: Item, change: number) => boolean): PutResult[] {
    let change = Number(readMeta(this.connection, 'change'));
    const results = items.map((item): PutResult => {
      if (!write(item, change + 1)) return { outcome: 'conflict' };
      change += 1;
      return { outcome: 'written', version: this.version(change) };
    });
    this.statements.setChange.run(BigInt(change));
    return results;
  }

  /** The new row's number, or null when anything but the stub that it replaces stands under the id. */
  private insertRow({ prepared, expected }: PutItem, change: number): number | null {
    const id = prepared.bytes('id');
    if (expected === null ? this.hasStubs && this.stubs.has(id) : !this.stubs.yield(id, this.changeOf(expected) ?? NO_CHANGE)) return null;
    if (this.statements.insert.run(this.nextRow, id, change, prepared.document).changes === 0) return null;
    return this.nextRow++;
  }

  /** The row's number, or null when it no longer stands at the expected version. */
  private updateRow({ prepared, expected }: PutItem, change: number): number | null {
    return this.statements.update.get(change, prepared.document, prepared.bytes('id'), this.changeOf(expected!) ?? NO_CHANGE) ?? null;
  }

  private writeSearchRow(prepared: PreparedMessage, row: number, change: number, isKnown: boolean): void {
    const { facts, tokens } = this.packerOf(prepared).pack(prepared, row);
    const folded = foldedColumn(prepared);
    if (isKnown) {
      this.statements.updateSearchRow.run(change, facts, folded, row);
      this.statements.deleteGrams.run(row);
    } else {
      this.statements.insertSearchRow.run(row, change, facts, folded);
    }
    this.statements.insertGrams.run(
      row, prepared.bytes('clean'), prepared.bytes('raw'), prepared.bytes('masked'), prepared.bytes('names'),
      prepared.bytes('attachments'), prepared.bytes('digits'), prepared.bytes('words'), tokens,
    );
  }

  private packerOf({ batch }: PreparedMessage): PreparedPacker {
    if (this.packer?.batch !== batch) this.packer = new PreparedPacker(batch, this.dictionary);
    return this.packer;
  }

  private stubOf({ id, change, disposals }: StubRow): Stub {
    return { id: id.toString('hex'), version: this.version(change), disposals: JSON.parse(disposals) as string[] };
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

/** The writer's statements, prepared once. */
class Statements {
  readonly find: Statement<[Buffer], MessageRow>;
  readonly next: Statement<[Buffer, number], { readonly id: Buffer; readonly document: Buffer }>;
  readonly lastRow: Statement<[], number>;
  readonly insert: Statement<[number, Buffer, number, Uint8Array]>;
  readonly update: Statement<[number, Uint8Array, Buffer, number], number>;
  readonly insertSearchRow: Statement<[number, number, Buffer, Buffer]>;
  readonly updateSearchRow: Statement<[number, Buffer, Buffer, number]>;
  readonly insertGrams: Statement<[number, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, string]>;
  readonly deleteGrams: Statement<[number]>;
  readonly setChange: Statement<[bigint]>;
  readonly merge: Statement<[number]>;
  readonly totalChanges: () => number;

  constructor(connection: Connection) {
    this.find = connection.prepare('SELECT row, change, document FROM message WHERE id = ?');
    this.next = connection.prepare('SELECT id, document FROM message WHERE id > ? ORDER BY id LIMIT ?');
    // The row of a message that was destroyed is not given again: search processes may know it still.
    this.lastRow = connection.prepare<[], number>('SELECT coalesce(max(row), 0) FROM search_row').pluck();
    this.insert = connection.prepare('INSERT INTO message (row, id, change, document) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING');
    this.update = connection
      .prepare<[number, Uint8Array, Buffer, number], number>('UPDATE message SET change = ?, document = ? WHERE id = ? AND change = ? RETURNING row')
      .pluck();
    this.insertSearchRow = connection.prepare('INSERT INTO search_row (row, change, facts, folded) VALUES (?, ?, ?, CAST(? AS TEXT))');
    this.updateSearchRow = connection.prepare('UPDATE search_row SET change = ?, facts = ?, folded = CAST(? AS TEXT) WHERE row = ?');
    this.insertGrams = connection.prepare(
      'INSERT INTO grams (rowid, clean, raw, masked, names, attachments, digits, words, tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.deleteGrams = connection.prepare('DELETE FROM grams WHERE rowid = ?');
    this.setChange = connection.prepare(`UPDATE meta SET value = ? WHERE key = 'change'`);
    this.merge = connection.prepare(`INSERT INTO grams (grams, rank) VALUES ('merge', CAST(? AS INTEGER))`);
    const totalChanges = connection.prepare<[], number>('SELECT total_changes()').pluck();
    this.totalChanges = () => totalChanges.get()!;
  }
}
