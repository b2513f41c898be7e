import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { HoldfastError } from '../../errors/errors.js';

/** Raised whenever `mappings/sqlite.sql` or the layout of packed facts changes. */
export const SCHEMA_VERSION = 2;
/** The last layout that knew no stubs: a program of its time would write over them. */
const WITHOUT_STUBS = 1;
export const ARCHIVE_FILE = 'archive.sqlite';

const SCHEMA_FILE = new URL('../../../mappings/sqlite.sql', import.meta.url);
const STUBS_FILE = new URL('../../../mappings/sqlite-stubs.sql', import.meta.url);
const BUSY_MILLISECONDS = 30_000;

/** The settings a writing connection of the archive runs with; the benchmark's baseline uses the same. */
export const WRITER_PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = NORMAL',
  'secure_delete = ON',
  'cache_size = -65536',
  'wal_autocheckpoint = 16384',
  'temp_store = MEMORY',
] as const;

/** A search reads through the page cache of the system, which all search processes share. */
const READER_PRAGMAS = ['query_only = ON', 'cache_size = -16384', 'mmap_size = 17179869184', 'temp_store = MEMORY'] as const;

export type Connection = Database.Database;
export type MetaKey = 'incarnation' | 'change' | 'foldVersion' | 'schemaVersion' | 'reindexedRow' | 'clearings';

/** Opens the archive for writing; makes it if there is none. Directory 0700, files 0600. */
export function openArchiveForWriting(dataDir: string, foldVersion: string): Connection {
  makePrivateDirectory(dataDir);
  const connection = openPrivately(join(dataDir, ARCHIVE_FILE));
  for (const pragma of WRITER_PRAGMAS) connection.pragma(pragma);
  connection.transaction(() => createSchema(connection, foldVersion)).immediate();
  return connection;
}

/** Opens the archive for searching only. Null when nothing was ever stored there. */
export function openArchiveForReading(dataDir: string): Connection | null {
  const file = join(dataDir, ARCHIVE_FILE);
  if (!existsSync(file)) return null;
  const connection = openPrivately(file);
  for (const pragma of READER_PRAGMAS) connection.pragma(pragma);
  const isMade = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`).get() !== undefined;
  if (isMade) return connection;
  connection.close();
  return null;
}

/** Makes a directory that only its owner can enter; leaves an existing one alone. */
export function makePrivateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Opens a database file; one made now is readable by its owner only, with its -wal and -shm beside it. */
export function openPrivately(file: string): Connection {
  // A thread may not set the mask of its process. It opens what the process has made, and SQLite gives -wal and -shm the same mode.
  if (!isMainThread) return new Database(file, { timeout: BUSY_MILLISECONDS, fileMustExist: true });
  const before = process.umask(0o077);
  try {
    return new Database(file, { timeout: BUSY_MILLISECONDS });
  } finally {
    process.umask(before);
  }
}

/** One value of the table `meta`, or null. */
export function readMeta(connection: Connection, key: MetaKey): string | number | null {
  return connection.prepare<[string], string | number>('SELECT value FROM meta WHERE key = ?').pluck().get(key) ?? null;
}

/** Sets one value of the table `meta`. */
export function writeMeta(connection: Connection, key: MetaKey, value: string | number): void {
  connection
    .prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(key, typeof value === 'number' ? BigInt(value) : value);
}

/** Refuses an archive whose layout or fold version is not this program's. */
export function requireVersions(connection: Connection, foldVersion: string): void {
  const schema = readMeta(connection, 'schemaVersion');
  if (schema !== SCHEMA_VERSION) {
    throw new HoldfastError('INDEX_VERSION_MISMATCH', `It has layout ${schema}, this version needs ${SCHEMA_VERSION}: use the version that made it.`);
  }
  const fold = readMeta(connection, 'foldVersion');
  if (fold !== foldVersion) {
    throw new HoldfastError('INDEX_VERSION_MISMATCH', `Run: holdfast reindex (its text rules are ${fold}, not ${foldVersion}).`);
  }
}

function createSchema(connection: Connection, foldVersion: string): void {
  if (connection.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`).get() !== undefined) return addStubs(connection);
  connection.exec(readFileSync(SCHEMA_FILE, 'utf8'));
  connection.exec(readFileSync(STUBS_FILE, 'utf8'));
  writeMeta(connection, 'incarnation', randomBytes(6).toString('hex'));
  writeMeta(connection, 'change', 0);
  writeMeta(connection, 'foldVersion', foldVersion);
  writeMeta(connection, 'schemaVersion', SCHEMA_VERSION);
}

function addStubs(connection: Connection): void {
  if (readMeta(connection, 'schemaVersion') !== WITHOUT_STUBS) return;
  connection.exec(readFileSync(STUBS_FILE, 'utf8'));
  writeMeta(connection, 'schemaVersion', SCHEMA_VERSION);
}
