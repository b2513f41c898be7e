import type { Statement } from 'better-sqlite3';
import { HoldfastError } from '../../errors/errors.js';
import { decodeDocument } from '../document-codec.js';
import {
  IndexWriter, type PreparedMessage, type PutItem, type PutResult, type VerifyReport,
} from '../index-writer.js';
import type { VersionedMessage } from '../search-engine.js';
import { DictionaryWriter } from './dictionary.js';
import { FACTS_BYTES, FLAG, ID_BYTES, packFacts } from './facts.js';
import { messageTokens } from './filter-tokens.js';
import { joinFolded } from './folded-column.js';
import { openArchiveForWriting, readMeta, requireVersions, type Connection } from './open-database.js';
import { PLATFORMS } from '../../domain/values.js';
import { reindexArchive } from './reindex-archive.js';
import { formatVersion, parseVersion } from './version.js';
import { verifyArchive } from './verify-archive.js';

/** One row of the table `message`. */
interface MessageRow {
  readonly row: number;
  readonly change: number;
  readonly document: Buffer;
}

type Prepare = (batch: readonly VersionedMessage[]) => Promise<readonly PreparedMessage[]>;

/** Segments of the index that `finish` leaves at most. */
const MERGE_PAGES = 2000;

/** Writes the embedded archive. One process may hold several; SQLite lets one of them write at a time. */
export class SqliteIndexWriter extends IndexWriter {
  /** SQLite copies what is bound, so one buffer serves every row. */
  private readonly facts = Buffer.alloc(FACTS_BYTES);
  private readonly id = Buffer.alloc(ID_BYTES);

  private constructor(
    private readonly connection: Connection,
    private readonly statements: Statements,
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
    return new SqliteIndexWriter(connection, new Statements(connection), new DictionaryWriter(connection), incarnation, foldVersion);
  }

  override async prepare(): Promise<void> {
    requireVersions(this.connection, this.foldVersion);
  }

  override async put(items: readonly PutItem[]): Promise<readonly PutResult[]> {
    try {
      return this.connection.transaction(() => this.putAll(items)).immediate();
    } catch (error) {
      this.dictionary.forget();
      throw new HoldfastError('ENGINE_UNAVAILABLE', 'The archive could not be written.', {}, { cause: error });
    }
  }

  override async read(ids: readonly string[]): Promise<readonly (VersionedMessage | null)[]> {
    return ids.map((id) => {
      const found = this.statements.find.get(Buffer.from(id, 'hex'));
      return found === undefined ? null : { ...decodeDocument(found.document), version: this.version(found.change) };
    });
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

  private putAll(items: readonly PutItem[]): PutResult[] {
    let change = Number(readMeta(this.connection, 'change'));
    const results = items.map((item): PutResult => {
      const row = item.expected === null ? this.insertRow(item.prepared, change + 1) : this.updateRow(item, change + 1);
      if (row === null) return { outcome: 'conflict' };
      change += 1;
      this.writeSearchRow(item.prepared, row, change, item.expected !== null);
      return { outcome: 'written', version: this.version(change) };
    });
    this.statements.setChange.run(BigInt(change));
    return results;
  }

  /** The new row's number, or null when the id exists. */
  private insertRow(prepared: PreparedMessage, change: number): number | null {
    const result = this.statements.insert.run(this.idBytes(prepared.id), change, prepared.document);
    return result.changes === 0 ? null : Number(result.lastInsertRowid);
  }

  /** The row's number, or null when it no longer stands at the expected version. */
  private updateRow({ prepared, expected }: PutItem, change: number): number | null {
    const version = parseVersion(expected!);
    if (version?.incarnation !== this.incarnation) return null;
    return this.statements.update.get(change, prepared.document, this.idBytes(prepared.id), version.change) ?? null;
  }

  private writeSearchRow(prepared: PreparedMessage, row: number, change: number, isKnown: boolean): void {
    const { facts, tokens } = this.factsOf(prepared, row);
    const folded = joinFolded(prepared.folded);
    const grams = prepared.grams;
    if (isKnown) {
      this.statements.updateSearchRow.run(change, facts, folded, row);
      this.statements.deleteGrams.run(row);
    } else {
      this.statements.insertSearchRow.run(row, change, facts, folded);
    }
    this.statements.insertGrams.run(
      row, grams.clean, grams.raw, grams.masked, grams.names, grams.attachments, grams.digits, grams.words, tokens,
    );
  }

  private factsOf(prepared: PreparedMessage, row: number): { facts: Buffer; tokens: string } {
    const { values, attachmentCounts } = prepared;
    const numbers = {
      identitySpace: this.dictionary.ofString(values.identitySpace),
      platform: PLATFORMS.indexOf(values.platform as (typeof PLATFORMS)[number]),
      conversationId: this.dictionary.ofString(values.conversationId),
      senderId: this.dictionary.ofString(values.senderId),
    };
    const facts = packFacts({
      ...numbers,
      row,
      id: prepared.id,
      participantId: this.dictionary.ofSet(values.participantId),
      custodianId: this.dictionary.ofSet(values.custodianId),
      sentAt: values.sentAt,
      source: this.dictionary.ofSet(values.source),
      importRunId: this.dictionary.ofSet(values.importRunId),
      recallDelaySeconds: values.recallDelaySeconds,
      bodyLength: prepared.bodyLength,
      warnings: values.warning,
      attachmentCounts: this.dictionary.ofSet(Object.entries(attachmentCounts).map(([state, count]) => `${state}:${count}`).sort()),
      platform: values.platform,
      kind: values.kind,
      conversationKind: values.conversationKind,
      dateState: values.dateState,
      attachmentStates: values.attachmentState,
      flags: flagsOf(prepared),
    }, this.facts);
    return { facts, tokens: messageTokens(numbers, values.sentAt) };
  }

  private idBytes(id: string): Buffer {
    this.id.write(id, 'hex');
    return this.id;
  }

  private version(change: number): string {
    return formatVersion(this.incarnation, change);
  }
}

function flagsOf({ values, hasSenderName, hasConversationName }: PreparedMessage): number {
  return FLAG.live |
    (values.isRecalled ? FLAG.recalled : 0) |
    (values.isEdited ? FLAG.edited : 0) |
    (values.hasAttachments ? FLAG.hasAttachments : 0) |
    (hasSenderName ? FLAG.hasSenderName : 0) |
    (hasConversationName ? FLAG.hasConversationName : 0);
}

/** The writer's statements, prepared once. */
class Statements {
  readonly find: Statement<[Buffer], MessageRow>;
  readonly insert: Statement<[Buffer, number, Uint8Array]>;
  readonly update: Statement<[number, Uint8Array, Buffer, number], number>;
  readonly insertSearchRow: Statement<[number, number, Buffer, string]>;
  readonly updateSearchRow: Statement<[number, Buffer, string, number]>;
  readonly insertGrams: Statement<[number, string, string, string, string, string, string, string, string]>;
  readonly deleteGrams: Statement<[number]>;
  readonly setChange: Statement<[bigint]>;
  readonly merge: Statement<[number]>;
  readonly totalChanges: () => number;

  constructor(connection: Connection) {
    this.find = connection.prepare('SELECT row, change, document FROM message WHERE id = ?');
    this.insert = connection.prepare('INSERT INTO message (id, change, document) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING');
    this.update = connection
      .prepare<[number, Uint8Array, Buffer, number], number>('UPDATE message SET change = ?, document = ? WHERE id = ? AND change = ? RETURNING row')
      .pluck();
    this.insertSearchRow = connection.prepare('INSERT INTO search_row (row, change, facts, folded) VALUES (?, ?, ?, ?)');
    this.updateSearchRow = connection.prepare('UPDATE search_row SET change = ?, facts = ?, folded = ? WHERE row = ?');
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
