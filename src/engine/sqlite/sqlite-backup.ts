import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineBackup, type BackupProgress, type EngineSnapshots } from '../engine-backup.js';
import { ARCHIVE_FILE, openPrivately, type Connection } from './open-database.js';
import { CATALOG_FILE } from './sqlite-catalog.js';
import { REJECTED_FILE } from './sqlite-rejected-records.js';

/** In the order they are copied in. */
const STORES = [
  { part: 'messages', file: ARCHIVE_FILE },
  { part: 'catalog', file: CATALOG_FILE },
  { part: 'rejected records', file: REJECTED_FILE },
] as const;
/** Pages of one step: other work of the process, such as Ctrl-C, comes between two. */
const PAGES_A_STEP = 2_000;
const OWNER_ONLY = 0o600;

/** Copies the files of the embedded engine while it is used, by SQLite's online backup. */
export class SqliteBackup extends EngineBackup {
  constructor(private readonly dataDir: string) {
    super();
  }

  /** Always. */
  override async requireAble(): Promise<void> {}

  override async copy(directory: string, _backupId: string, onProgress: BackupProgress, signal: AbortSignal): Promise<EngineSnapshots> {
    for (const { part, file } of STORES) {
      signal.throwIfAborted();
      const source = join(this.dataDir, file);
      if (!existsSync(source)) continue;
      await copyDatabase(source, join(directory, file), (done, total) => {
        signal.throwIfAborted();
        onProgress(part, done, total);
      });
    }
    return null;
  }

  override async discardCopy(): Promise<void> {}

  override async isEmpty(): Promise<boolean> {
    return STORES.every(({ file }) => !existsSync(join(this.dataDir, file)));
  }

  override async restore(directory: string, _snapshots: EngineSnapshots, staging: string, onProgress: BackupProgress): Promise<void> {
    for (const { part, file } of STORES) {
      if (!existsSync(join(directory, file))) continue;
      onProgress(part, 0, 1);
      const restored = join(staging, file);
      await copyFile(join(directory, file), restored);
      await chmod(restored, OWNER_ONLY);
      // The other one hands out no versions.
      if (file !== REJECTED_FILE) renewIncarnation(restored);
      await syncFile(restored);
      onProgress(part, 1, 1);
    }
  }

  override async discardRestore(): Promise<void> {}

  override async publish(): Promise<void> {}

  override async close(): Promise<void> {}
}

async function copyDatabase(source: string, target: string, onProgress: (done: number, total: number) => void): Promise<void> {
  const connection = openPrivately(source);
  try {
    // One state, however long it takes: without it each write of another process would begin the copy anew.
    connection.exec('BEGIN');
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    await connection.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return PAGES_A_STEP;
      },
    });
  } finally {
    connection.close();
  }
  await chmod(target, OWNER_ONLY);
  await syncFile(target);
}

/** No version that was ever handed out, before the backup or after it, stands in the restored store. */
function renewIncarnation(file: string): void {
  const connection: Connection = openPrivately(file);
  try {
    connection.prepare(`UPDATE meta SET value = ? WHERE key = 'incarnation'`).run(randomBytes(6).toString('hex'));
  } finally {
    connection.close();
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
