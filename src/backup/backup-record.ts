import type { CatalogStore } from '../catalog/catalog-store.js';

/**
 * A copy of the archive, as the archive itself remembers it (catalog kind `backup`, under its id): until it is deleted it holds what is
 * destroyed, and its bytes, although the archive no longer does. Written before anything is copied.
 */
export interface BackupRecord {
  readonly backupId: string;
  /** As HOLDFAST_ENGINE names it. */
  readonly engine: string;
  /** UTC milliseconds. What is removed from the archive later may stand in the backup. */
  readonly startedAt: number;
  /** UTC milliseconds; null: it is being made, or was given up and may have left a part. */
  readonly finishedAt: number | null;
  /** Where it was written, as the machine that made it names the directory. */
  readonly directory: string;
  /** Where the engine keeps its part itself. */
  readonly snapshots: { readonly repository: string; readonly names: readonly string[] } | null;
  /** UTC milliseconds: until then it may be kept, and at that time whoever keeps it deletes it. */
  readonly keepUntil: number;
  /** UTC milliseconds when a person said, or the next backup to the same place saw, that it is gone. */
  readonly deletedAt: number | null;
}

const KIND = 'backup';
const PAGE = 200;

/** Every backup that was ever made, in the order of their beginning. */
export async function readBackups(catalog: CatalogStore): Promise<readonly BackupRecord[]> {
  const backups: BackupRecord[] = [];
  for (let after = ''; ;) {
    const page = await catalog.list<BackupRecord>(KIND, { after, first: PAGE });
    backups.push(...page.map(({ value }) => value));
    if (page.length < PAGE) return backups;
    after = page.at(-1)!.id;
  }
}

/** The backups that may hold what was removed from the archive at `removedAt` (UTC milliseconds): begun before, and not known to be gone. */
export async function backupsHolding(catalog: CatalogStore, removedAt: number): Promise<readonly BackupRecord[]> {
  return (await readBackups(catalog)).filter(({ startedAt, deletedAt }) => startedAt <= removedAt && deletedAt === null);
}

/** Remembers a backup that is about to be made. */
export async function createBackupRecord(catalog: CatalogStore, backup: BackupRecord): Promise<void> {
  if ((await catalog.create(KIND, backup.backupId, backup)) === null) throw new Error(`backup ${backup.backupId} exists already`);
}

/** Changes what is remembered of a backup; null when there is none of this id. */
export async function changeBackupRecord(
  catalog: CatalogStore,
  backupId: string,
  change: Partial<Pick<BackupRecord, 'finishedAt' | 'snapshots' | 'deletedAt'>>,
): Promise<BackupRecord | null> {
  for (;;) {
    const found = await catalog.get<BackupRecord>(KIND, backupId);
    if (found === null) return null;
    const changed = { ...found.value, ...change };
    if ((await catalog.replace(KIND, backupId, found.version, changed)) !== null) return changed;
  }
}
