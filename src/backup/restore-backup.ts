import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '../access/people.js';
import { blockId, type AuditBlock } from '../audit/audit-block.js';
import { AuditLog } from '../audit/audit-log.js';
import { readArchiveState, writeArchiveState } from '../catalog/archive-state.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import type { BackupProgress, EngineBackup } from '../engine/engine-backup.js';
import { HoldfastError } from '../errors/errors.js';
import { RESTORED, type HoldRegister } from '../holds/hold-register.js';
import { RegisterStore } from '../holds/register-store.js';
import { thisProcess } from '../ingest/this-process.js';
import { copyFileTo, removeDirectory, syncDirectories, syncDirectory, writeFileWhole } from './backup-files.js';
import { readFileList, readManifest, requireFile, type BackupManifest } from './backup-manifest.js';
import { changeBackupRecord } from './backup-record.js';
import { setImportRunsBack } from './saved-import-runs.js';

export interface RestoreOptions {
  /** As HOLDFAST_ENGINE names it. */
  readonly engine: string;
  readonly stores: EngineBackup;
  /** The catalog that `stores` brought back, whose files are in this directory, if it has any. */
  readonly openCatalog: (directory: string) => Promise<CatalogStore>;
  readonly clock: Clock;
  readonly dataDir: string;
  /** The backup. */
  readonly directory: string;
  readonly actor: Actor;
  readonly onProgress: BackupProgress;
}

export interface RestoreReport {
  readonly manifest: BackupManifest;
  readonly manifestSha256: string;
  /** As it was when the backup was made: what came since is not in it. */
  readonly register: HoldRegister;
}

/** What is prepared before anything stands in its place. Inside the data directory, which may be a volume of its own. */
const STAGING = 'restoring';
/** In it when everything is prepared: only names are left to be changed. */
const PREPARED_FILE = 'prepared';
/** Comes last: without it there is no archive. */
const LAST_FILE = 'archive.sqlite';

/**
 * Brings a backup back where no archive stands. The result can neither be read nor imported into until certificates were replayed
 * (`replay-certificates.ts`), and nothing is destroyed until a person has acknowledged the register. No version of a message or record that
 * was ever handed out stands in it. Complete, or not there; the same call goes on after a kill. Throws BACKUP_INVALID before anything is
 * written, RESTORE_REFUSED where anything stands, and what the engine throws.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { directory, dataDir, stores, engine } = options;
  const { manifest, sha256 } = await readManifest(directory);
  if (manifest.engine !== engine) {
    throw new HoldfastError('RESTORE_REFUSED', `It is a backup of another engine: set HOLDFAST_ENGINE=${manifest.engine}.`, { engine: manifest.engine });
  }
  const staging = join(dataDir, STAGING);
  const prepared = await readFile(join(staging, PREPARED_FILE), 'utf8').catch(() => null);
  if (prepared === null) {
    await stores.discardRestore(staging);
    await removeDirectory(staging);
    await requireNoArchive(options);
    await prepare(options, { manifest, sha256, staging });
  } else if (prepared !== sha256) {
    throw new HoldfastError('RESTORE_REFUSED', 'Another backup is being restored here, and not yet in its place. Run that command again.');
  }
  await publish(options, staging);
  const catalog = await options.openCatalog(dataDir);
  try {
    return { manifest, manifestSha256: sha256, register: (await new RegisterStore(catalog).read()).register };
  } finally {
    await catalog.close();
  }
}

async function requireNoArchive({ stores, dataDir }: RestoreOptions): Promise<void> {
  const [found] = await readdir(dataDir).catch(() => []);
  if (found !== undefined || !(await stores.isEmpty())) {
    throw new HoldfastError(
      'RESTORE_REFUSED',
      `An archive stands here already${found === undefined ? '' : ` (${found} in the data directory)`}. Restore into an empty place: ` +
        'another HOLDFAST_DATA_DIR, or HOLDFAST_ELASTICSEARCH_PREFIX; what is there may still be asked for its certificates.',
    );
  }
}

interface Preparing {
  readonly manifest: BackupManifest;
  readonly sha256: string;
  readonly staging: string;
}

async function prepare(options: RestoreOptions, preparing: Preparing): Promise<void> {
  const { directory, stores, onProgress, openCatalog } = options;
  const { manifest, sha256, staging } = preparing;
  let checked = 0;
  for await (const file of readFileList(directory)) {
    await requireFile(directory, file);
    onProgress('files checked', ++checked, manifest.files.count);
  }
  await mkdir(staging, { recursive: true, mode: 0o700 });
  await stores.restore(directory, manifest.snapshots, staging, onProgress);
  for await (const { path } of readFileList(directory)) {
    if (path.startsWith('blobs/') || path === 'audit.key') await copyFileTo(join(directory, path), join(staging, path), false);
  }
  const catalog = await openCatalog(staging);
  try {
    await prepareCatalog(catalog, options, preparing);
  } finally {
    await catalog.close();
  }
  await syncDirectories(staging);
  await writeFileWhole(join(staging, PREPARED_FILE), sha256);
  await syncDirectory(staging);
}

async function prepareCatalog(
  catalog: CatalogStore, { clock, actor, directory, engine }: RestoreOptions, { manifest, sha256 }: Preparing,
): Promise<void> {
  const { backupId, startedAt, finishedAt, snapshots, auditHead } = manifest;
  const head = await catalog.get<AuditBlock>('audit-block', blockId(auditHead.sequence));
  if (auditHead.sequence > 0 && head?.value.hash !== auditHead.hash) throw new HoldfastError('BACKUP_INVALID', 'Its audit is not the one it was made with.');
  await setImportRunsBack(catalog, directory);
  await changeBackupRecord(catalog, backupId, { finishedAt, snapshots });
  const now = clock.now();
  await new RegisterStore(catalog).change(({ rebuilding }) => ({
    incarnation: randomUUID(),
    suspended: { reason: RESTORED, since: now },
    // A reindexing goes on in the restored archive; a move to another engine does not.
    rebuilding: rebuilding?.by === 'reindex' ? rebuilding : null,
  }));
  const known = await readArchiveState(catalog);
  const state = { archiveId: known?.value.archiveId ?? randomUUID(), counterpart: known?.value.counterpart ?? engine, role: 'restored' as const };
  const changed = { ...state, changedAt: new Date(now).toISOString(), process: thisProcess(), backup: { backupId, startedAt } };
  if ((await writeArchiveState(catalog, known, changed)) === null) throw new HoldfastError('RESTORE_REFUSED', 'Somebody else writes the restored catalog.');
  await new AuditLog(catalog, clock).append({ kind: 'backup_restored', viewer: actor, backupId, manifestSha256: sha256 });
}

/** Only names change, the archive's last; after a kill it goes on with those that are left. */
async function publish({ dataDir, stores }: RestoreOptions, staging: string): Promise<void> {
  const names = (await readdir(staging)).filter((name) => name !== PREPARED_FILE && !name.endsWith('.json') && name !== LAST_FILE);
  const last = (await readdir(staging)).filter((name) => name === LAST_FILE);
  for (const name of [...names, ...last]) await rename(join(staging, name), join(dataDir, name));
  await syncDirectory(dataDir);
  await stores.publish(staging);
  await removeDirectory(staging);
}
