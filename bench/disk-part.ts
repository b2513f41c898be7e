import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { measureIndexDisk } from './index-disk.js';
import { table, whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

/** Bytes on disk a message: of all files of the data directory, and of each part of the store where it can tell. */
export async function measureDisk(workspace: Workspace, report: Report): Promise<void> {
  await workspace.ensureImported();
  await workspace.stopServer();
  const { messages } = workspace.prepareCorpus().statistics;
  const { dataDirectory } = workspace.deployment;
  const files = readdirSync(dataDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: path.slice(dataDirectory.length + 1), bytes: statSync(path).size }))
    .sort((left, right) => right.bytes - left.bytes);
  const rows = files.slice(0, 5).map(({ name, bytes }) => [name, '', bytes] as const);
  const tables = files
    .filter(({ name }) => /\.(db|sqlite3?)$/.test(name))
    .flatMap(({ path, name }) => tableSizes(path).map(([part, bytes]) => [name, part, bytes] as const));
  if (rows.length > 0)
    report.note(
      table(
        ['file', 'table', 'MB', 'bytes a message'],
        [...rows, ...tables].map(([name, part, bytes]) => [name, part, (bytes / 1e6).toFixed(1), (bytes / messages).toFixed(1)]),
      ),
    );
  const site = workspace.elasticsearch;
  const indexBytes = site === null ? 0 : await measureIndexDisk(workspace, site, report);
  const each = (indexBytes + files.reduce((sum, file) => sum + file.bytes, 0)) / messages;
  const what = `all on disk (raw archive: ${whole(workspace.archiveBytes() / messages)} bytes a message)`;
  report.promise(what, workspace.targets.bytesPerMessage, each, `${whole(each)} bytes a message`);
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
