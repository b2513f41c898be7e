import type { estypes } from '@elastic/elasticsearch';
import { HoldfastError } from '../../errors/errors.js';
import { EngineMonitor, type CheckState, type DiskUse, type StorageCheck, type StorageStatus } from '../engine-monitor.js';
import type { Cluster } from './cluster.js';
import { diskState, type DiskWatermarks } from './disk-watermarks.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { toEngineError } from './engine-error.js';
import type { IndexNames } from './index-names.js';
import { MessageIndex } from './message-index.js';
import { openOnCluster } from './open-cluster.js';

/** Whoever asks whether the archive can be used wants to hear so before he gives up. */
const LIMITS = { requestTimeout: 3_000, maxRetries: 0 };
/** The cluster's own limit, shorter: its refusal says more than silence. */
const SHORT = '2s';

interface ClusterLimits {
  readonly watermarks: DiskWatermarks;
  readonly isReadOnly: boolean;
}

type Finding = Omit<StorageCheck, 'name'>;

const IN_ORDER: Finding = { state: 'ok', problem: null };

/** Asks the cluster about disks, shards, write blocks and versions. */
export class ElasticsearchMonitor extends EngineMonitor {
  private readonly names: IndexNames;

  private constructor(
    private readonly cluster: Cluster,
    private readonly messages: MessageIndex,
  ) {
    super();
    this.names = messages.names;
  }

  static open(settings: ElasticsearchSettings, foldVersion: string): Promise<ElasticsearchMonitor> {
    return openOnCluster(settings, async (cluster) => new ElasticsearchMonitor(cluster, await MessageIndex.open(cluster, foldVersion)));
  }

  override check(): Promise<readonly StorageCheck[]> {
    return Promise.all([
      found('indexVersion', () => this.checkVersion()),
      found('shards', () => this.checkShards()),
      found('disk', () => this.checkDisks()),
      found('writeBlock', () => this.checkBlocks()),
    ]);
  }

  override async status(): Promise<StorageStatus> {
    this.messages.forget();
    const { name, schema, foldVersion } = await this.messages.current();
    const { client } = this.cluster;
    const [info, stats, health, limits] = await Promise.all([
      ask(() => client.nodes.info({ filter_path: 'nodes.*.version', timeout: SHORT }, LIMITS)),
      ask(() => client.indices.stats({ index: this.aliases, metric: 'store' }, LIMITS)),
      ask(() => client.cluster.health({ index: name, level: 'indices', timeout: SHORT, master_timeout: SHORT }, LIMITS)),
      this.limits(),
    ]);
    const index = health.indices?.[name];
    const { low, high, floodStage } = limits.watermarks;
    return {
      serverVersions: [...new Set(Object.values(info.nodes).map(({ version }) => version))].sort(),
      index: name,
      bytes: stats._all.total?.store?.size_in_bytes ?? 0,
      shards: index?.number_of_shards ?? null,
      replicas: index?.number_of_replicas ?? null,
      health: lowerCase(health.status),
      disks: await this.disks(limits.watermarks),
      diskWatermarks: { low, high, floodStage },
      schema,
      foldVersion,
    };
  }

  override close(): Promise<void> {
    return this.cluster.close();
  }

  private get aliases(): string[] {
    return [this.names.messages, this.names.catalog, this.names.rejected];
  }

  private async checkVersion(): Promise<Finding> {
    await this.messages.requireVersions();
    return IN_ORDER;
  }

  private async checkShards(): Promise<Finding> {
    const { status } = await ask(() =>
      this.cluster.client.cluster.health({ index: this.aliases, timeout: SHORT, master_timeout: SHORT }, LIMITS),
    );
    if (lowerCase(status) === 'green') return IN_ORDER;
    return lowerCase(status) === 'yellow'
      ? { state: 'warning', problem: 'Copies of shards are missing.' }
      : { state: 'failed', problem: 'A shard is missing.' };
  }

  private async checkDisks(): Promise<Finding> {
    const { watermarks } = await this.limits();
    const states = (await this.disks(watermarks)).map(({ state }) => state);
    if (states.includes('failed')) return { state: 'failed', problem: 'A disk of the cluster is above its flood stage.' };
    return states.includes('warning') ? { state: 'warning', problem: 'A disk of the cluster is nearly full.' } : IN_ORDER;
  }

  /** Without the catalog nothing may be shown; messages may be blocked for as long as their index is replaced. */
  private async checkBlocks(): Promise<Finding> {
    const { client } = this.cluster;
    const [settings, { isReadOnly }] = await Promise.all([
      ask(() => client.indices.getSettings({ index: this.aliases, name: 'index.blocks.*', flat_settings: true, master_timeout: SHORT }, LIMITS)),
      this.limits(),
    ]);
    if (isReadOnly) return { state: 'failed', problem: 'The cluster is read-only.' };
    const blocked = Object.entries(settings).flatMap(([index, state]) => {
      const isBlocked = Object.values(state.settings ?? {}).some((value) => String(value) === 'true');
      return isBlocked ? [index] : [];
    });
    if (blocked.length === 0) return IN_ORDER;
    const state: CheckState = blocked.some((index) => index.startsWith(this.names.catalog)) ? 'failed' : 'warning';
    return { state, problem: `Writing is blocked: ${blocked.sort().join(', ')}.` };
  }

  private async disks(watermarks: DiskWatermarks): Promise<readonly DiskUse[]> {
    const { nodes } = await ask(() =>
      this.cluster.client.nodes.stats({ metric: 'fs', filter_path: ['nodes.*.name', 'nodes.*.fs.total'], timeout: SHORT }, LIMITS),
    );
    return Object.values(nodes).flatMap(({ name, fs }) => {
      const { total_in_bytes: totalBytes, available_in_bytes: freeBytes } = fs?.total ?? {};
      if (totalBytes === undefined || freeBytes === undefined) return [];
      return [{ place: name ?? '', totalBytes, freeBytes, state: diskState(totalBytes, freeBytes, watermarks) }];
    });
  }

  private async limits(): Promise<ClusterLimits> {
    const { defaults, persistent, transient } = await ask(() =>
      this.cluster.client.cluster.getSettings(
        { include_defaults: true, flat_settings: true, filter_path: '*.cluster*', master_timeout: SHORT },
        LIMITS,
      ),
    );
    const settings = { ...defaults, ...persistent, ...transient } as Readonly<Record<string, string>>;
    const read = (path: string): string => settings[`cluster.${path}`] ?? '';
    const watermark = (name: string): string => read(`routing.allocation.disk.watermark.${name}`);
    return {
      watermarks: {
        low: watermark('low'),
        high: watermark('high'),
        floodStage: watermark('flood_stage'),
        highHeadroom: watermark('high.max_headroom'),
        floodHeadroom: watermark('flood_stage.max_headroom'),
      },
      isReadOnly: read('blocks.read_only') === 'true' || read('blocks.read_only_allow_delete') === 'true',
    };
  }
}

/** One request of the driver. */
async function ask<Value>(send: () => Promise<Value>): Promise<Value> {
  try {
    return await send();
  } catch (error) {
    throw toEngineError(error);
  }
}

async function found(name: StorageCheck['name'], look: () => Promise<Finding>): Promise<StorageCheck> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return { name, state: 'failed', problem: error instanceof HoldfastError ? error.message : 'It cannot be asked.' };
  }
}

/** Some versions shout. */
function lowerCase(status: estypes.HealthStatus): 'green' | 'yellow' | 'red' {
  return status.toLowerCase() as 'green' | 'yellow' | 'red';
}
