import type { Command } from 'commander';
import { Option } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ACTORS, type Actor } from '../access/people.js';
import { openAuditKey } from '../audit/audit-key.js';
import { AuditLog } from '../audit/audit-log.js';
import { BackupPlace } from '../backup/backup-place.js';
import { changeBackupRecord, readBackups, type BackupRecord } from '../backup/backup-record.js';
import { exportCertificates } from '../backup/certificate-file.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import { loadEnvironment, type Environment } from '../config/env.js';
import { SystemClock } from '../domain/clock.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openEngineBackup } from '../engine/open-engine-backup.js';
import { openCatalog } from '../engine/open-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { runAction } from './run-action.js';
import { showTable } from './show-table.js';

interface BackupsOptions {
  readonly deleted?: string;
  readonly certificates?: string;
  readonly as?: Actor;
  readonly json?: true;
}

export function registerBackupsCommand(program: Command): void {
  program
    .command('backups')
    .description('list the backups that were made, and until when they may be kept')
    .option('--deleted <id>', 'say that a backup is gone; its snapshots are deleted')
    .option('--certificates <file>', 'write every certificate of destroyed messages to a new file, which a restored archive needs')
    .addOption(new Option('--as <actor>', 'who acts, for --deleted').choices(ACTORS))
    .option('--json', 'the list as JSON')
    .action((options: BackupsOptions) => runAction(() => backups(options)));
}

async function backups({ deleted, certificates, as, json }: BackupsOptions): Promise<0> {
  const environment = loadEnvironment();
  const catalog = await openCatalog(engineSettings(environment));
  try {
    if (deleted !== undefined) await markDeleted(catalog, environment, deleted, as);
    else if (certificates === undefined) console.log(shown(await readBackups(catalog), json));
    else console.log(`${await exportCertificates(catalog, openAuditKey(environment.HOLDFAST_DATA_DIR), resolve(certificates))} certificates`);
    return 0;
  } finally {
    await catalog.close();
  }
}

async function markDeleted(catalog: CatalogStore, environment: Environment, backupId: string, actor: Actor | undefined): Promise<void> {
  if (actor === undefined) throw new HoldfastError('INPUT_INVALID', 'Name who acts: --as <actor>.');
  const backup = (await readBackups(catalog)).find((one) => one.backupId === backupId);
  if (backup === undefined) throw new HoldfastError('NOT_FOUND', 'There is no such backup.', { backupId });
  for (const directory of [backup.directory, BackupPlace.partialOf(backup.directory)]) {
    if (existsSync(directory)) throw new HoldfastError('INPUT_INVALID', `Delete it first: ${directory} is still there.`);
  }
  if (backup.snapshots !== null) {
    const stores = await openEngineBackup(engineSettings(environment), backup.snapshots.repository);
    await stores.discardCopy(backupId).finally(() => stores.close());
  }
  const clock = new SystemClock();
  await new AuditLog(catalog, clock).append({ kind: 'backup_deleted', viewer: actor, backupId });
  await changeBackupRecord(catalog, backupId, { deletedAt: clock.now() });
  console.log(`backup ${backupId} is gone`);
}

function shown(list: readonly BackupRecord[], json: true | undefined): string {
  if (json) return JSON.stringify(list, null, 2);
  const rows = list.map(({ backupId, startedAt, finishedAt, keepUntil, deletedAt, directory }) => [
    backupId,
    new Date(startedAt).toISOString(),
    deletedAt !== null ? 'gone' : finishedAt === null ? 'unfinished' : 'made',
    new Date(keepUntil).toISOString().slice(0, 10),
    directory,
  ]);
  return rows.length === 0 ? 'No backup was ever made.' : showTable(['backup', 'begun', 'state', 'keep until', 'directory'], rows).slice(1).join('\n');
}
