import { IndexEraser, type EraseItem, type EraseResult, type RemovalState } from '../index-eraser.js';
import type { PutResult, Stub } from '../index-writer.js';
import type { Cluster } from './cluster.js';
import { ElasticsearchIndexWriter } from './elasticsearch-index-writer.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { MessageIndex } from './message-index.js';
import { MessageSender } from './message-sender.js';
import { formatVersion } from './message-version.js';
import { openCluster } from './open-cluster.js';
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
    writer: ElasticsearchIndexWriter,
  ) {
    super(writer);
    this.sender = new MessageSender(cluster, index);
  }

  /** Waits for the cluster, and makes the index if there is none. */
  static async open(settings: ElasticsearchSettings, foldVersion: string): Promise<ElasticsearchIndexEraser> {
    const writer = await ElasticsearchIndexWriter.open(settings, foldVersion);
    const cluster = await openCluster(settings);
    return new ElasticsearchIndexEraser(cluster, await MessageIndex.open(cluster, foldVersion), writer);
  }

  /** Reads first, as a stub must keep the disposals of what it replaces: what stood at the version when read is what it replaces. */
  override async erase(items: readonly EraseItem[], batchId: string): Promise<readonly EraseResult[]> {
    const results = items.map((): EraseResult => ({ outcome: 'conflict' }));
    for (let start = 0; start < items.length; start += READ_BATCH) {
      const some = items.slice(start, start + READ_BATCH);
      const found = await this.cluster.read(this.index.names.messages, some.map(({ id }) => id), ['isStub', 'disposals']);
      const standing = some.flatMap(({ id, version }, place) => {
        const stored = found[place] ?? null;
        if (stored === null || stored.source.isStub === true || formatVersion(stored) !== version) return [];
        return [{ place: start + place, item: { stub: { id, disposals: [...(stored.source.disposals ?? []), batchId] }, expected: version } }];
      });
      (await this.sender.put(standing.map(({ item }) => item))).forEach((result, index) => {
        if (result.outcome !== 'written') return;
        results[standing[index]!.place] = { outcome: 'erased', version: result.version };
        this.erased++;
      });
    }
    return results;
  }

  override async refresh(): Promise<void> {
    const { erased } = this;
    await this.writer.refresh();
    if (erased === 0) return;
    await advanceWatermark(this.cluster, this.index.names, erased);
    this.erased -= erased;
  }

  override remove(from: RemovalState | null): AsyncIterable<RemovalState> {
    return removeContent(this.cluster, this.index, from);
  }

  override async close(): Promise<void> {
    await this.cluster.close();
    await this.writer.close();
  }

  protected override rewriteStubs(stubs: readonly Stub[]): Promise<readonly PutResult[]> {
    return this.sender.put(stubs.map(({ id, disposals, version }) => ({ stub: { id, disposals }, expected: version })));
  }
}
