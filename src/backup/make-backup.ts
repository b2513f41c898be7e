import { join } from 'node:path';
import type { Actor } from '../access/people.js';
import { NO_BLOCK_HASH, type AuditBlock } from '../audit/audit-block.js';
import type { AuditLog } from '../audit/audit-log.js';
import { readArchiveState, refuseRestored } from '../catalog/archive-state.js';
import type { CatalogKind, CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { newRecordId } from '../domain/record-id.js';
import type { BackupProgress, EngineBackup, EngineSnapshots } from '../engine/engine-backup.js';
import { HoldfastError } from '../errors/errors.js';
import { copyFileTo, filesBelow, hashFile } from './backup-files.js';
import { FileListWriter, isDescription, writeManifest, type BackupManifest } from './backup-manifest.js';
import { BackupPlace } from './backup-place.js';
import { changeBackupRecord, createBackupRecord } from './backup-record.js';
import { saveImportRuns } from './saved-import-runs.js';

export interface BackupOptions {
  /** As HOLDFAST_ENGINE names it. */
  readonly engine: string;
  readonly stores: EngineBackup;
  readonly catalog: CatalogStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly dataDir: string;
  /** Where to; absolute. It may not be there, or be empty. */
  readonly directory: string;
  readonly actor: Actor;
  /** UTC milliseconds: until then it may be kept. */
  readonly keepUntil: number;
  /** The archive digest of what was copied into a directory, if it is wanted and can be had. */
  readonly digest: ((copied: string) => Promise<string | null>) | null;
  readonly signal: AbortSignal;
  readonly onProgress: BackupProgress;
}

export interface BackupReport {
  readonly manifest: BackupManifest;
  /** Of the manifest's file, also in the audit: a backup that was changed has another one. */
  readonly manifestSha256: string;
  /** Attachments whose bytes are not those that their name says. They were copied as they are. */
  readonly damaged: readonly string[];
}

/**
 * Makes a backup while the archive is used. Messages are copied first, then the catalog, then attachments: so no message names bytes or
 * references that came later. Complete, or not there; what a killed one left is begun anew by the same command. Throws BACKUP_REFUSED,
 * ARCHIVE_RESTORED, what the engine throws, and the signal's reason.
 */
export async function makeBackup(options: BackupOptions): Promise<BackupReport> {
  const { stores, catalog, clock } = options;
  await requireWhole(catalog);
  await stores.requireAble();
  const startedAt = clock.now();
  const backupId = newRecordId(startedAt);
  const discard = async (id: string): Promise<void> => {
    await stores.discardCopy(id);
    await changeBackupRecord(catalog, id, { deletedAt: clock.now() });
  };
  const place = await BackupPlace.take(options.directory, backupId, discard);
  const { engine, directory, keepUntil } = options;
  await createBackupRecord(catalog, { backupId, engine, startedAt, finishedAt: null, directory, snapshots: null, keepUntil, deletedAt: null });
  try {
    const copied = await copyAll(options, place, backupId);
    const { damaged, files } = await listFiles(place.partial, options);
    const finishedAt = clock.now();
    const manifest: BackupManifest = { format: 1, backupId, engine, startedAt, finishedAt, ...copied, files };
    const manifestSha256 = await writeManifest(place.partial, manifest);
    await changeBackupRecord(catalog, backupId, { finishedAt, snapshots: copied.snapshots });
    await options.audit.append({ kind: 'backup_made', viewer: options.actor, backupId, manifestSha256 });
    await place.publish();
    return { manifest, manifestSha256, damaged };
  } catch (error) {
    // The first fault counts; what cannot be deleted now stays in the list of backups.
    await place.giveUp().then(() => discard(backupId)).catch(() => {});
    throw error;
  }
}

/** Throws ARCHIVE_RESTORED and BACKUP_REFUSED for an archive that holds too much, or a part only. */
async function requireWhole(catalog: CatalogStore): Promise<void> {
  const state = (await readArchiveState(catalog))?.value ?? null;
  refuseRestored(state);
  if (state?.role !== 'receiving') return;
  throw new HoldfastError('BACKUP_REFUSED', `What stands here is an unfinished copy: set HOLDFAST_ENGINE=${state.counterpart}.`);
}

type Copied = Pick<BackupManifest, 'snapshots' | 'auditHead' | 'checkpoint' | 'digest'>;

async function copyAll(options: BackupOptions, { partial }: BackupPlace, backupId: string): Promise<Copied> {
  const { stores, catalog, signal, onProgress } = options;
  await saveImportRuns(catalog, partial);
  const [block] = await catalog.list<AuditBlock>('audit-block', { first: 1, order: 'down' });
  const auditHead = { sequence: block?.value.sequence ?? 0, hash: block?.value.hash ?? NO_BLOCK_HASH };
  const checkpoint = await latest(catalog, 'checkpoint');
  const snapshots: EngineSnapshots = await stores.copy(partial, backupId, onProgress, signal);
  await copyAttachments(options, partial);
  await copyFileTo(join(options.dataDir, 'audit.key'), join(partial, 'audit.key'), false);
  return { snapshots, auditHead, checkpoint, digest: options.digest === null ? null : await options.digest(partial) };
}

async function latest(catalog: CatalogStore, kind: CatalogKind): Promise<unknown> {
  const [record] = await catalog.list(kind, { first: 1, order: 'down' });
  return record?.value ?? null;
}

/** Their files never change, so a second name for the same bytes is a copy that nothing here writes to. */
async function copyAttachments({ dataDir, signal, onProgress }: BackupOptions, partial: string): Promise<void> {
  const source = join(dataDir, 'blobs');
  let done = 0;
  for await (const path of filesBelow(source)) {
    signal.throwIfAborted();
    if (isUnfinished(path)) continue;
    // One that is gone was destroyed meanwhile, with its message.
    if (await copyFileTo(join(source, path), join(partial, 'blobs', path), true)) onProgress('attachments', ++done, done);
  }
}

/** What an import is copying at this moment, or has left half copied. */
function isUnfinished(path: string): boolean {
  return path.startsWith('incoming/');
}

const NAME_OF_BLOB = /^blobs\/[0-9a-f]{2}\/([0-9a-f]{64})\./;

async function listFiles(
  partial: string,
  { signal, onProgress }: BackupOptions,
): Promise<{ readonly files: BackupManifest['files']; readonly damaged: readonly string[] }> {
  const paths: string[] = [];
  for await (const path of filesBelow(partial)) if (!BackupPlace.isOwn(path)) paths.push(path);
  const list = await FileListWriter.open(partial);
  const damaged: string[] = [];
  for (const [place, path] of paths.entries()) {
    signal.throwIfAborted();
    if (isDescription(path)) continue;
    const hashed = await hashFile(join(partial, path));
    const [, name] = NAME_OF_BLOB.exec(path) ?? [];
    if (name !== undefined && name !== hashed.sha256) damaged.push(path);
    await list.add({ path, ...hashed });
    onProgress('files hashed', place + 1, paths.length);
  }
  return { files: await list.finish(), damaged };
}
