import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../errors/errors.js';
import { EngineBackup, type BackupProgress, type EngineSnapshots } from '../engine-backup.js';
import type { Cluster } from './cluster.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { failureOf, toEngineError } from './engine-error.js';
import { IndexNames, writeAliasOf } from './index-names.js';
import { openCluster } from './open-cluster.js';
import { MESSAGES } from './stubs.js';

/** Each is one snapshot: indices of one snapshot are copied at different times, and the catalog may not be older than the messages. */
const PARTS = ['messages', 'catalog', 'rejected'] as const;
type Part = (typeof PARTS)[number];

/** The name of each restored index, chosen before any of them is made. Kept in the staging directory. */
type RestoredIndices = Readonly<Record<Part, string>>;

const RESTORED_FILE = 'elasticsearch-indices.json';
/** Milliseconds between two looks at a snapshot that is being made, and for the restoring of one. */
const INTERVAL = 500;
const RESTORE_DEADLINE = 86_400_000;
const ONCE = { maxRetries: 0 };

/** Copies the indices of an archive by snapshots into a repository that the cluster knows. */
export class ElasticsearchBackup extends EngineBackup {
  private readonly names: IndexNames;

  private constructor(
    private readonly cluster: Cluster,
    /** Empty: none is set. */
    private readonly repository: string,
  ) {
    super();
    this.names = new IndexNames(cluster.settings.prefix);
  }

  /** `repository`: name of a snapshot repository; empty: none. */
  static async open(settings: ElasticsearchSettings, repository: string): Promise<ElasticsearchBackup> {
    return new ElasticsearchBackup(await openCluster(settings), repository);
  }

  override async requireAble(): Promise<void> {
    if (this.repository === '') {
      throw new HoldfastError(
        'BACKUP_REFUSED',
        'A cluster copies its indices into a snapshot repository. Name one by HOLDFAST_ELASTICSEARCH_SNAPSHOT_REPOSITORY; to make one: ' +
          'PUT /_snapshot/holdfast {"type":"fs","settings":{"location":"a directory of path.repo"}}',
      );
    }
    await this.requireRepository(this.repository, 'BACKUP_REFUSED');
  }

  override async copy(_directory: string, backupId: string, onProgress: BackupProgress, signal: AbortSignal): Promise<EngineSnapshots> {
    const names: string[] = [];
    for (const part of PARTS) {
      signal.throwIfAborted();
      const snapshot = this.snapshotOf(backupId, part);
      await this.ask(() =>
        this.client.snapshot.create(
          {
            repository: this.repository,
            snapshot,
            indices: this.names[part],
            include_global_state: false,
            feature_states: ['none'],
            metadata: { holdfast: backupId },
            wait_for_completion: false,
          },
          ONCE,
        ),
      );
      await this.awaitSnapshot(snapshot, part, onProgress, signal);
      names.push(snapshot);
    }
    return { repository: this.repository, names };
  }

  override async discardCopy(backupId: string): Promise<void> {
    if (this.repository === '') return;
    for (const part of PARTS) {
      try {
        await this.client.snapshot.delete({ repository: this.repository, snapshot: this.snapshotOf(backupId, part) });
      } catch (error) {
        if (failureOf(error)?.status !== 404) throw toEngineError(error);
      }
    }
  }

  override async isEmpty(): Promise<boolean> {
    return (await this.standing()).length === 0;
  }

  override async restore(_directory: string, snapshots: EngineSnapshots, staging: string, onProgress: BackupProgress): Promise<void> {
    if (snapshots === null) throw new HoldfastError('RESTORE_REFUSED', 'It is a backup of another engine: set HOLDFAST_ENGINE.');
    await this.requireRepository(snapshots.repository, 'RESTORE_REFUSED');
    // Larger than any number that this archive ever had: versions name the index, and none may come back.
    const number = Date.now();
    const restored: RestoredIndices = {
      messages: this.names.physical(number),
      catalog: `${this.names.catalog}-${number}`,
      rejected: `${this.names.rejected}-${number}`,
    };
    await writeFile(join(staging, RESTORED_FILE), JSON.stringify(restored), { flush: true });
    for (const [place, part] of PARTS.entries()) {
      onProgress(part, 0, 1);
      await this.restoreOne(snapshots.repository, snapshots.names[place]!, restored[part]);
      onProgress(part, 1, 1);
    }
    // Not yet the alias that messages are read by.
    await this.addAliases([
      { index: restored.messages, alias: writeAliasOf(restored.messages) },
      ...(['catalog', 'rejected'] as const).flatMap((part) => [
        { index: restored[part], alias: this.names[part] },
        { index: restored[part], alias: writeAliasOf(restored[part]) },
      ]),
    ]);
  }

  override async discardRestore(staging: string): Promise<void> {
    const restored = await this.restoredIn(staging);
    if (restored === null) return;
    await this.cluster.request(() => this.client.indices.delete({ index: Object.values(restored), ignore_unavailable: true }));
  }

  override async publish(staging: string): Promise<void> {
    const restored = await this.restoredIn(staging);
    if (restored !== null) await this.addAliases([{ index: restored.messages, alias: this.names.messages, filter: MESSAGES }]);
  }

  override close(): Promise<void> {
    return this.cluster.close();
  }

  private get client(): Cluster['client'] {
    return this.cluster.client;
  }

  private snapshotOf(backupId: string, part: Part): string {
    return `${this.cluster.settings.prefix}-${backupId}-${part}`;
  }

  /** The indices of the archive, whatever stands in front of them. */
  private async standing(): Promise<readonly string[]> {
    const wanted = PARTS.map((part) => `${this.names[part]}*`);
    const found = await this.cluster.request(() => this.client.indices.get({ index: wanted, features: 'aliases', expand_wildcards: 'all' }));
    return Object.keys(found);
  }

  private async requireRepository(name: string, code: 'BACKUP_REFUSED' | 'RESTORE_REFUSED'): Promise<void> {
    try {
      await this.client.snapshot.getRepository({ name });
    } catch (error) {
      if (failureOf(error)?.status !== 404) throw toEngineError(error);
      throw new HoldfastError(code, `The cluster knows no snapshot repository ${name}. Register it: PUT /_snapshot/${name}`, { repository: name });
    }
  }

  /** Until it is whole; deletes it when it is not, or when it is given up. */
  private async awaitSnapshot(snapshot: string, part: Part, onProgress: BackupProgress, signal: AbortSignal): Promise<void> {
    for (;;) {
      const { snapshots } = await this.cluster.request(() => this.client.snapshot.status({ repository: this.repository, snapshot }));
      const { state, shards_stats: shards } = snapshots[0]!;
      onProgress(part, shards.done, shards.total);
      if (state === 'SUCCESS') return;
      if (state === 'FAILED' || state === 'PARTIAL' || shards.failed > 0) {
        throw new HoldfastError('ENGINE_UNAVAILABLE', `The snapshot ${snapshot} is not whole: a shard could not be copied.`, { snapshot });
      }
      signal.throwIfAborted();
      await pause(INTERVAL);
    }
  }

  private async restoreOne(repository: string, snapshot: string, index: string): Promise<void> {
    const answer = await this.ask(() =>
      this.client.snapshot.restore(
        {
          repository,
          snapshot,
          indices: '*',
          rename_pattern: '.+',
          rename_replacement: index,
          include_aliases: false,
          include_global_state: false,
          // It may have been about to be replaced.
          ignore_index_settings: ['index.blocks.write'],
          wait_for_completion: true,
        },
        { ...ONCE, requestTimeout: RESTORE_DEADLINE },
      ),
    );
    const shards = answer.snapshot?.shards;
    if (shards === undefined || shards.failed > 0 || shards.successful < 1) {
      throw new HoldfastError('ENGINE_UNAVAILABLE', `The snapshot ${snapshot} could not be brought back whole.`, { snapshot });
    }
  }

  private async addAliases(aliases: readonly { readonly index: string; readonly alias: string; readonly filter?: typeof MESSAGES }[]): Promise<void> {
    await this.cluster.request(() => this.client.indices.updateAliases({ actions: aliases.map((add) => ({ add })) }));
  }

  private async restoredIn(staging: string): Promise<RestoredIndices | null> {
    const text = await readFile(join(staging, RESTORED_FILE), 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as RestoredIndices);
  }

  private async ask<Value>(send: () => Promise<Value>): Promise<Value> {
    try {
      return await send();
    } catch (error) {
      throw toEngineError(error);
    }
  }
}
