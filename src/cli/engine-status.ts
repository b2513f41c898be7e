import type { Command } from 'commander';
import { FOLD_VERSION } from '../analysis/fold.js';
import { EngineMonitor, type StorageCheck, type StorageStatus } from '../engine/engine-monitor.js';
import { SearchEngine, type EngineHealth } from '../engine/search-engine.js';
import { runAction, type ExitCode } from './run-action.js';
import { showTable } from './show-table.js';
import { withServices } from './with-services.js';

interface ShownStatus {
  readonly health: EngineHealth;
  readonly storage: StorageStatus;
  /** Text rules of this program. */
  readonly programFoldVersion: string;
  readonly checks: readonly StorageCheck[];
}

/** Adds `status` to the command `engine`. */
export function registerEngineStatus(engine: Command): void {
  engine
    .command('status')
    .description('show the engine: version, index, messages, bytes, shards, disks, versions, and what is not in order')
    .option('--json', 'the status as JSON')
    .addHelpText('after', '\nExit codes: 0 in order, 1 something failed, 2 the engine does not answer.')
    .action(({ json }: { readonly json?: true }) => runAction(() => showStatus(json)));
}

async function showStatus(json: true | undefined): Promise<ExitCode> {
  const shown = await withServices(async (services): Promise<ShownStatus> => {
    const monitor = services.get(EngineMonitor);
    const health = await services.get(SearchEngine).health();
    return { health, storage: await monitor.status(), programFoldVersion: FOLD_VERSION, checks: await monitor.check() };
  });
  console.log(json ? JSON.stringify(shown, null, 2) : asText(shown));
  return shown.health.isReady && shown.checks.every(({ state }) => state !== 'failed') ? 0 : 1;
}

function asText({ health, storage, programFoldVersion, checks }: ShownStatus): string {
  const { serverVersions, index, bytes, shards, replicas, disks, diskWatermarks } = storage;
  const rules = storage.foldVersion === programFoldVersion ? 'those of this program' : `this program has ${programFoldVersion}`;
  return [
    `engine: ${health.engine} ${serverVersions.join(', ')}`,
    `index: ${index ?? '-'}${storage.health === null ? '' : `, ${storage.health}`}`,
    ...(shards === null ? [] : [`shards: ${shards}, replicas of each: ${replicas ?? '-'}`]),
    `messages: ${health.messageCount}, watermark ${health.watermark}`,
    `bytes: ${bytes}${health.messageCount === 0 ? '' : ` (${Math.round(bytes / health.messageCount)} a message)`}`,
    `layout ${storage.schema}, text rules ${storage.foldVersion} (${rules})`,
    ...(diskWatermarks === null
      ? []
      : [`disk watermarks: low ${diskWatermarks.low}, high ${diskWatermarks.high}, flood stage ${diskWatermarks.floodStage}`]),
    ...showTable(['disk', 'bytes', 'free', 'used', 'state'], disks.map(diskRow)),
    ...showTable(
      ['check', 'state', 'problem'],
      [...(health.problem === null ? [] : [['engine', health.isReady ? 'warning' : 'failed', health.problem]]), ...checks.map(checkRow)],
    ),
  ].join('\n');
}

function diskRow({ place, totalBytes, freeBytes, state }: StorageStatus['disks'][number]): string[] {
  return [place, String(totalBytes), String(freeBytes), `${((1 - freeBytes / totalBytes) * 100).toFixed(1)} %`, state];
}

function checkRow({ name, state, problem }: StorageCheck): string[] {
  return [name, state, problem ?? '-'];
}
