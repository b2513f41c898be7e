import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { table, whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

/** Bytes on disk a message: of all files of the data directory, and of each table where SQLite can tell. */
export async function measureDisk(workspace: Workspace, report: Report): Promise<void> {
  await workspace.ensureImported();
  await workspace.stopServer();
  const { messages } = workspace.prepareCorpus().statistics;
  const files = readdirSync(workspace.dataDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: path.slice(workspace.dataDirectory.length + 1), bytes: statSync(path).size }))
    .sort((left, right) => right.bytes - left.bytes);
  const rows = files.slice(0, 5).map(({ name, bytes }) => [name, '', bytes] as const);
  const tables = files
    .filter(({ name }) => /\.(db|sqlite3?)$/.test(name))
    .flatMap(({ path, name }) => tableSizes(path).map(([part, bytes]) => [name, part, bytes] as const));
  report.note(
    table(
      ['file', 'table', 'MB', 'bytes a message'],
      [...rows, ...tables].map(([name, part, bytes]) => [name, part, (bytes / 1e6).toFixed(1), (bytes / messages).toFixed(1)]),
    ),
  );
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  report.row(
    `all on disk (raw archive: ${whole(workspace.archiveBytes() / messages)} bytes a message)`,
    '<= 1.2 kB a message',
    `${whole(total / messages)} bytes a message`,
    total / messages <= 1200,
  );
}

/** The size of each table and index, largest first; empty where this SQLite has no `dbstat`. */
function tableSizes(path: string): [string, number][] {
  const database = new Database(path, { readonly: true });
  try {
    return database
      .prepare('SELECT name, sum(pgsize) FROM dbstat GROUP BY name HAVING sum(pgsize) > 100000 ORDER BY 2 DESC')
      .raw()
      .all() as [string, number][];
  } catch {
    return [];
  } finally {
    database.close();
  }
}
