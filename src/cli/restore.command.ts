import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { ACTORS, type Actor } from '../access/people.js';
import { openAuditKey } from '../audit/audit-key.js';
import { AuditLog } from '../audit/audit-log.js';
import { openCertificateSource, type CertificateSource } from '../backup/certificate-source.js';
import { replayCertificates, type ReplayReport } from '../backup/replay-certificates.js';
import { restoreBackup, type RestoreReport } from '../backup/restore-backup.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { loadEnvironment } from '../config/env.js';
import { Clock, SystemClock } from '../domain/clock.js';
import { openDisposition } from '../disposition/open-disposition.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openEngineBackup } from '../engine/open-engine-backup.js';
import { openCatalog } from '../engine/open-engine.js';
import { SearchEngine } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { acknowledgeRegister } from '../holds/acknowledge-register.js';
import { PartProgress } from './part-progress.js';
import { runAction } from './run-action.js';
import { withServices } from './with-services.js';

interface RestoreOptions {
  readonly certificatesFrom?: string[];
  readonly nothingDestroyed?: true;
  readonly acknowledge?: true;
  readonly as?: Actor;
  readonly json?: true;
}

const STEPS = `
A backup comes back in three steps:
  1. holdfast restore <directory> --as administrator            where no archive stands; the result cannot be read yet
     Place the holds again that came after the backup.
  2. holdfast restore --certificates-from <places> --as administrator
                                                                destroys again what was destroyed since, but for what a hold covers
  3. holdfast restore --acknowledge --as administrator          every hold is there: disposition may go on`;

export function registerRestoreCommand(program: Command): void {
  program
    .command('restore')
    .description('bring a backup back')
    .argument('[directory]', 'the backup')
    .addOption(new Option('--as <actor>', 'who acts').choices(ACTORS).makeOptionMandatory())
    .option(
      '--certificates-from <places...>',
      'what was destroyed since the backup: files that `holdfast backups --certificates` wrote, or the data directory of the archive as it was, ' +
        'whose holds and policies are taken over first',
    )
    .option('--nothing-destroyed', 'nothing was destroyed since, as you know')
    .option('--acknowledge', 'the register of holds is complete')
    .option('--json', 'the report as JSON')
    .addHelpText('after', STEPS)
    .action((directory: string | undefined, options: RestoreOptions) => runAction(() => restore(directory, options)));
}

async function restore(directory: string | undefined, options: RestoreOptions): Promise<0> {
  const { certificatesFrom, nothingDestroyed, acknowledge, as, json } = options;
  const wanted = [directory, certificatesFrom, nothingDestroyed, acknowledge].filter((one) => one !== undefined);
  if (wanted.length !== 1) throw new HoldfastError('INPUT_INVALID', 'One step at a time: holdfast restore --help tells which.');
  const actor = as!;
  const report =
    directory !== undefined
      ? await bringBack(resolve(directory), actor)
      : acknowledge
        ? await acknowledged(actor)
        : await replay((certificatesFrom ?? []).map((place) => resolve(place)), actor);
  console.log(json ? JSON.stringify(report.value, null, 2) : report.text);
  return 0;
}

interface Shown {
  readonly value: object;
  readonly text: string;
}

async function bringBack(directory: string, actor: Actor): Promise<Shown> {
  const environment = loadEnvironment();
  const settings = engineSettings(environment);
  const stores = await openEngineBackup(settings, environment.HOLDFAST_ELASTICSEARCH_SNAPSHOT_REPOSITORY);
  const progress = new PartProgress();
  try {
    const value = await restoreBackup({
      engine: settings.engine,
      ...{ stores, directory, actor },
      openCatalog: (place) => openCatalog({ ...settings, dataDir: place }),
      clock: new SystemClock(),
      dataDir: settings.dataDir,
      onProgress: progress.show,
    });
    return { value, text: restoredText(value) };
  } finally {
    progress.end();
    await stores.close();
  }
}

function restoredText({ manifest, register }: RestoreReport): string {
  const at = new Date(manifest.startedAt).toISOString();
  const holds = [...new Set(register.entries.map(({ holdId }) => holdId))];
  return [
    `backup ${manifest.backupId} of ${at} is back, and cannot be read yet`,
    `its register has ${holds.length} holds${holds.length === 0 ? '' : `: ${holds.join(', ')}`}`,
    'Place the holds again that came since (holdfast hold place), unless the data directory of the archive as it was is there still.',
    'Then: holdfast restore --certificates-from <files or that data directory> --as administrator',
  ].join('\n');
}

function replay(places: readonly string[], actor: Actor): Promise<Shown> {
  return withServices(async (services) => {
    const environment = loadEnvironment();
    const catalog = services.get(CatalogStore);
    const parts = { environment, catalog, engine: services.get(SearchEngine), audit: services.get(AuditLog), clock: services.get(Clock) };
    const disposition = await openDisposition(parts);
    const sources: CertificateSource[] = [];
    const progress = new PartProgress();
    try {
      const tools = { restored: catalog, key: openAuditKey(environment.HOLDFAST_DATA_DIR), openCatalog: openEmbeddedCatalog };
      for (const place of places) sources.push(await openCertificateSource(place, tools));
      const value = await replayCertificates(disposition.tools, actor, sources, (done, total) => progress.show('messages destroyed again', done, total));
      return { value, text: replayedText(value) };
    } finally {
      progress.end();
      for (const source of sources) await source.close();
      await disposition.close();
    }
  });
}

function openEmbeddedCatalog(dataDir: string): Promise<CatalogStore> {
  return openCatalog({ ...engineSettings(loadEnvironment()), engine: 'sqlite', dataDir, searchProcesses: 1 });
}

function replayedText({ carriedOver, certificates, named, destroyed, kept, proposalId }: ReplayReport): string {
  return [
    ...(carriedOver === null ? [] : [`taken over: ${carriedOver.holdEntries} hold clauses, ${carriedOver.records} other records`]),
    `${certificates} certificates name ${named} messages: ${destroyed} destroyed again, ${kept} kept by holds (disposition ${proposalId})`,
    'The archive can be read again. Nothing further is destroyed before: holdfast restore --acknowledge --as administrator',
  ].join('\n');
}

function acknowledged(actor: Actor): Promise<Shown> {
  return withServices(async (services) => {
    const tools = { catalog: services.get(CatalogStore), audit: services.get(AuditLog), settings: loadEnvironment() };
    const register = await acknowledgeRegister(tools, actor);
    return { value: register, text: `acknowledged: ${register.entries.length} hold clauses in the register; disposition may go on` };
  });
}
