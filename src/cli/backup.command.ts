import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';
import { AuditLog } from '../audit/audit-log.js';
import { isInside } from '../audit/is-inside.js';
import { makeBackup, type BackupReport } from '../backup/make-backup.js';
import { loadEnvironment } from '../config/env.js';
import { SystemClock } from '../domain/clock.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openEngineBackup } from '../engine/open-engine-backup.js';
import { openCatalog, openIndexWriter, type EngineSettings } from '../engine/open-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { archiveDigest } from '../ingest/archive-digest.js';
import { abortedByControlC } from './aborted-by-control-c.js';
import { actorOption, type ActorOptions } from './actor-option.js';
import { PartProgress } from './part-progress.js';
import { runAction, type ExitCode } from './run-action.js';

interface BackupOptions extends ActorOptions {
  readonly keepDays: number;
  readonly digest?: true;
  readonly json?: true;
}

const INTERRUPTED = 130;
const DAY = 86_400_000;
const USUAL_DAYS = 30;

export function registerBackupCommand(program: Command): void {
  program
    .command('backup')
    .description('copy the whole archive into a new directory while it is used; an interrupted backup is begun anew by the same command')
    .argument('<directory>', 'where to; must not be there yet, or be empty')
    .addOption(actorOption())
    .option('--keep-days <days>', 'how long it may be kept: until then it holds what is destroyed in the archive', readDays, USUAL_DAYS)
    .option('--digest', 'also the archive digest of the copy, as `holdfast verify` prints it: reads every message')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExit codes: 0 made, 1 made, with damaged attachments, 2 not made, 130 interrupted.')
    .action((directory: string, options: BackupOptions) => runAction(() => backup(resolve(directory), options)));
}

async function backup(directory: string, { as, keepDays, digest, json }: BackupOptions): Promise<ExitCode> {
  const environment = loadEnvironment();
  const settings = engineSettings(environment);
  const { dataDir } = settings;
  if (isInside(directory, dataDir)) throw new HoldfastError('BACKUP_REFUSED', 'A directory inside the data directory is lost with it.');
  const signal = abortedByControlC();
  const clock = new SystemClock();
  const progress = new PartProgress();
  const stores = await openEngineBackup(settings, environment.HOLDFAST_ELASTICSEARCH_SNAPSHOT_REPOSITORY);
  const catalog = await openCatalog(settings);
  try {
    const report = await makeBackup({
      engine: settings.engine,
      ...{ stores, catalog, clock, dataDir, directory, signal },
      audit: new AuditLog(catalog, clock),
      actor: as,
      keepUntil: clock.now() + keepDays * DAY,
      digest: digest === undefined ? null : (copied) => digestOf(settings, copied),
      onProgress: progress.show,
    });
    progress.end();
    console.log(json ? JSON.stringify({ directory, ...report }, null, 2) : asText(directory, report, keepDays));
    return report.damaged.length === 0 ? 0 : 1;
  } catch (error) {
    progress.end();
    if (!signal.aborted || error !== signal.reason) throw error;
    console.error('Interrupted. There is no backup; the same command begins it anew.');
    return INTERRUPTED;
  } finally {
    await catalog.close();
    await stores.close();
  }
}

/** Of the copied files; of a cluster, whose copy nobody can read, of what stands there: the same unless something was imported meanwhile. */
async function digestOf(settings: EngineSettings, copied: string): Promise<string> {
  const writer = await openIndexWriter(settings.engine === 'sqlite' ? { ...settings, dataDir: copied } : settings);
  try {
    return await archiveDigest(writer);
  } finally {
    await writer.close();
  }
}

function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,5}$/.test(text) || days < 1) throw new InvalidArgumentError('It must be a number of days, 1 or more.');
  return days;
}

function asText(directory: string, { manifest, manifestSha256, damaged }: BackupReport, keepDays: number): string {
  const { backupId, files, snapshots, auditHead, digest } = manifest;
  return [
    `backup ${backupId} in ${directory}: ${files.count} files, ${files.bytes} bytes`,
    ...(snapshots === null ? [] : [`snapshots in the repository ${snapshots.repository}: ${snapshots.names.join(', ')}`]),
    `manifest: ${manifestSha256}`,
    `last audit block: ${auditHead.sequence} ${auditHead.hash}`,
    ...(digest === null ? [] : [`archive digest: ${digest}`]),
    ...damaged.map((path) => `damaged already in the archive: ${path}`),
    `Delete it within ${keepDays} days, and then say so: holdfast backups --deleted ${backupId}`,
  ].join('\n');
}
