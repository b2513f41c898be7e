import { IndexEraser, type EraseItem, type EraseResult, type RemovalState } from '../index-eraser.js';
import type { Cluster } from './cluster.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { MessageIndex } from './message-index.js';
import { MessageSender } from './message-sender.js';
import { formatVersion } from './message-version.js';
import { openOnCluster } from './open-cluster.js';
import { removeContent } from './remove-content.js';
import { advanceWatermark } from './watermark.js';

/** Messages that one request reads by id. */
const READ_BATCH = 1_000;

/** Destroys messages of the archive in a cluster. */
export class ElasticsearchIndexEraser extends IndexEraser {
  private readonly sender: MessageSender;
  /** Messages erased since the last `refresh`. */
  private erased = 0;

  private constructor(
    private readonly cluster: Cluster,
    private readonly index: MessageIndex,
  ) {
    super();
    this.sender = new MessageSender(cluster, index);
  }

  /** Waits for the cluster, and makes the index if there is none. */
  static open(settings: ElasticsearchSettings, foldVersion: string): Promise<ElasticsearchIndexEraser> {
    return openOnCluster(settings, async (cluster) => new ElasticsearchIndexEraser(cluster, await MessageIndex.open(cluster, foldVersion)));
  }

  /** A stub keeps the disposals of what it replaces: what stood at the version when they were read is what it replaces. */
  override async erase(items: readonly EraseItem[], batchId: string): Promise<readonly EraseResult[]> {
    const results = items.map((): EraseResult => ({ outcome: 'conflict' }));
    const known = await this.withDisposals(items);
    const stubs = known.map(({ place, disposals }) => ({ stub: { id: items[place]!.id, disposals: [...disposals, batchId] }, expected: items[place]!.version }));
    (await this.sender.put(stubs)).forEach((result, index) => {
      if (result.outcome !== 'written') return;
      results[known[index]!.place] = { outcome: 'erased', version: result.version };
      this.erased++;
    });
    return results;
  }

  /** Those that stand at their versions, and by whom they were destroyed before. Whoever names the disposals has read both together. */
  private async withDisposals(items: readonly EraseItem[]): Promise<{ readonly place: number; readonly disposals: readonly string[] }[]> {
    const known = items.flatMap(({ disposals }, place) => (disposals === undefined ? [] : [{ place, disposals }]));
    const open = items.flatMap(({ id, version, disposals }, place) => (disposals === undefined ? [{ id, version, place }] : []));
    for (let start = 0; start < open.length; start += READ_BATCH) {
      const some = open.slice(start, start + READ_BATCH);
      const found = await this.cluster.read(this.index.names.messages, some.map(({ id }) => id), ['isStub', 'disposals']);
      some.forEach(({ version, place }, index) => {
        const stored = found[index] ?? null;
        if (stored === null || stored.source.isStub === true || formatVersion(stored) !== version) return;
        known.push({ place, disposals: stored.source.disposals ?? [] });
      });
    }
    return known;
  }

  override async refresh(): Promise<void> {
    const { erased } = this;
    await this.cluster.refresh(this.index.names.messages);
    if (erased === 0) return;
    await advanceWatermark(this.cluster, this.index.names, erased);
    this.erased -= erased;
  }

  override remove(from: RemovalState | null): AsyncIterable<RemovalState> {
    return removeContent(this.cluster, this.index, from);
  }

  override async close(): Promise<void> {
    await this.cluster.close();
  }
}
