import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Statement } from 'better-sqlite3';
import { CatalogStore, type CatalogKind, type CatalogRecord } from '../../catalog/catalog-store.js';
import { makePrivateDirectory, openPrivately, type Connection } from './open-database.js';
import { formatVersion, parseVersion } from './version.js';

export const CATALOG_FILE = 'catalog.sqlite';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, id TEXT NOT NULL, change INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
`;

interface RecordRow {
  readonly id: string;
  readonly change: number;
  readonly value: string;
}

interface WaitingWrite {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The catalog of the embedded engine, in a file of its own: an audit block never waits for the transaction of an import.
 * Every commit is synced to disk before it is answered.
 */
export class SqliteCatalog extends CatalogStore {
  private readonly incarnation: string;
  private readonly find: Statement<[string, string], RecordRow>;
  private readonly insert: Statement<[string, string, number, string]>;
  private readonly update: Statement<[number, string, string, string, number]>;
  private readonly takeChange: Statement<[], number>;
  /** What is written in the same turn shares a transaction: the disk is synced once for all. */
  private waiting: WaitingWrite[] = [];

  private constructor(private readonly connection: Connection) {
    super();
    this.incarnation = connection.prepare<[], string>(`SELECT value FROM meta WHERE key = 'incarnation'`).pluck().get()!;
    this.find = connection.prepare('SELECT id, change, value FROM record WHERE kind = ? AND id = ?');
    this.insert = connection.prepare('INSERT INTO record (kind, id, change, value) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.update = connection.prepare('UPDATE record SET change = ?, value = ? WHERE kind = ? AND id = ? AND change = ?');
    this.takeChange = connection.prepare<[], number>(`UPDATE meta SET value = value + 1 WHERE key = 'change' RETURNING value`).pluck();
  }

  /** Opens the catalog in `dataDir`, making it if there is none. */
  static open(dataDir: string): SqliteCatalog {
    makePrivateDirectory(dataDir);
    const connection = openPrivately(join(dataDir, CATALOG_FILE));
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('secure_delete = ON');
    connection
      .transaction(() => {
        connection.exec(SCHEMA);
        const insert = connection.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING');
        insert.run('incarnation', randomBytes(6).toString('hex'));
        insert.run('change', 0n);
      })
      .immediate();
    return new SqliteCatalog(connection);
  }

  override async create<Value>(kind: CatalogKind, id: string, value: Value): Promise<CatalogRecord<Value> | null> {
    const json = JSON.stringify(value);
    return this.write(() => {
      const change = this.takeChange.get()!;
      const { changes } = this.insert.run(kind, id, change, json);
      return changes === 0 ? null : { kind, id, version: formatVersion(this.incarnation, change), value };
    });
  }

  override async get<Value>(kind: CatalogKind, id: string): Promise<CatalogRecord<Value> | null> {
    const row = this.find.get(kind, id);
    return row === undefined ? null : this.asRecord<Value>(kind, row);
  }

  override async list<Value>(
    kind: CatalogKind, page: { readonly after?: string; readonly first: number; readonly order?: 'up' | 'down' },
  ): Promise<readonly CatalogRecord<Value>[]> {
    const [comparison, direction] = page.order === 'down' ? ['<', 'DESC'] : ['>', 'ASC'];
    const behind = page.after === undefined ? '' : `AND id ${comparison} ?`;
    return this.connection
      .prepare<unknown[], RecordRow>(`SELECT id, change, value FROM record WHERE kind = ? ${behind} ORDER BY id ${direction} LIMIT ?`)
      .all(...[kind, ...(page.after === undefined ? [] : [page.after]), page.first])
      .map((row) => this.asRecord<Value>(kind, row));
  }

  override async replace<Value>(kind: CatalogKind, id: string, version: string, value: Value): Promise<CatalogRecord<Value> | null> {
    const expected = parseVersion(version);
    if (expected?.incarnation !== this.incarnation) return null;
    const json = JSON.stringify(value);
    return this.write(() => {
      const change = this.takeChange.get()!;
      const { changes } = this.update.run(change, json, kind, id, expected.change);
      return changes === 0 ? null : { kind, id, version: formatVersion(this.incarnation, change), value };
    });
  }

  override async close(): Promise<void> {
    this.writeWaiting();
    this.connection.close();
  }

  private write<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = (result: unknown): void => resolve(result as Result);
      if (this.waiting.push({ work, resolve: settle, reject }) === 1) setImmediate(() => this.writeWaiting());
    });
  }

  private writeWaiting(): void {
    const writes = this.waiting;
    this.waiting = [];
    if (writes.length === 0) return;
    try {
      const results = this.connection.transaction(() => writes.map(({ work }) => work())).immediate();
      writes.forEach(({ resolve }, place) => resolve(results[place]));
    } catch (error) {
      for (const { reject } of writes) reject(error);
    }
  }

  private asRecord<Value>(kind: CatalogKind, row: RecordRow): CatalogRecord<Value> {
    return { kind, id: row.id, version: formatVersion(this.incarnation, row.change), value: JSON.parse(row.value) as Value };
  }
}
