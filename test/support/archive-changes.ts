import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** How many writes of single messages the archive in `dataDir` has committed by now; 0 while there is none. */
export function committedChanges(dataDir: string): number {
  const path = join(dataDir, 'archive.sqlite');
  if (!existsSync(path)) return 0;
  let archive: Database.Database | null = null;
  try {
    archive = new Database(path, { readonly: true });
    return archive.prepare<[], number>(`SELECT value FROM meta WHERE key = 'change'`).pluck().get() ?? 0;
  } catch {
    // It is being made, or another process is recovering it.
    return 0;
  } finally {
    archive?.close();
  }
}
