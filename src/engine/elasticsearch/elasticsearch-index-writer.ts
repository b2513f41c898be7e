import { decodeDocument } from '../document-codec.js';
import { IndexWriter, type KeptMessage, type Prepare, type PutItem, type PutResult, type Stub, type VerifyReport, type WrittenMessage } from '../index-writer.js';
import type { Cluster, FoundDocument } from './cluster.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { MessageIndex } from './message-index.js';
import { MessageSender } from './message-sender.js';
import { formatVersion } from './message-version.js';
import { openOnCluster } from './open-cluster.js';
import { reindexMessages } from './reindex-messages.js';
import { documentOf, messageOf, placeOf, readById } from './stored-messages.js';
import { STUBS, stubOf } from './stubs.js';
import { verifyMessages } from './verify-messages.js';
import { advanceWatermark } from './watermark.js';

/** Messages that `readAll` holds at once, and that one request reads by id. */
const READ_BATCH = 1_000;

/** Writes the archive in a cluster. Any number of processes may do so at once. */
export class ElasticsearchIndexWriter extends IndexWriter {
  private readonly sender: MessageSender;
  /** Messages written since the last `refresh`. */
  private written = 0;

  private constructor(
    private readonly cluster: Cluster,
    private readonly index: MessageIndex,
  ) {
    super();
    this.sender = new MessageSender(cluster, index);
  }

  /** Waits for the cluster, and makes the index if there is none. Does not check versions: `prepare` does. */
  static open(settings: ElasticsearchSettings, foldVersion: string): Promise<ElasticsearchIndexWriter> {
    return openOnCluster(settings, async (cluster) => new ElasticsearchIndexWriter(cluster, await MessageIndex.open(cluster, foldVersion)));
  }

  override async prepare(): Promise<void> {
    await this.index.requireVersions();
  }

  override async put(items: readonly PutItem[]): Promise<readonly PutResult[]> {
    const results = await this.sender.put(items);
    for (const { outcome } of results) if (outcome === 'written') this.written++;
    return results;
  }

  override async read(ids: readonly string[]): Promise<readonly (WrittenMessage | null)[]> {
    const found = await this.readSources(ids, ['document', 'isStub', 'disposals']);
    return found.map((stored) => {
      if (stored === null || stored.source.isStub === true) return null;
      return { ...decodeDocument(documentOf(stored.source)), version: formatVersion(stored), disposals: stored.source.disposals ?? [] };
    });
  }

  override async readStubs(ids: readonly string[]): Promise<readonly (Stub | null)[]> {
    const found = await this.readSources(ids, ['isStub', 'disposals']);
    return found.map((stored, place) => (stored === null ? null : stubOf(ids[place]!, stored)));
  }

  override async *readAllStubs(): AsyncGenerator<readonly Stub[]> {
    const { name } = await this.index.current();
    await this.cluster.refresh(name);
    const snapshot = await this.cluster.openSnapshot(name);
    try {
      const range = { query: STUBS, after: '', size: READ_BATCH, body: { _source: ['isStub', 'disposals'] } };
      for await (const hits of readById(this.cluster, snapshot.pit, range)) {
        yield hits.map((hit) => stubOf(hit._id!, { ...placeOf(hit), source: hit._source ?? {} })!);
      }
    } finally {
      await snapshot.close();
    }
  }

  override createStubs(stubs: readonly Omit<Stub, 'version'>[]): Promise<readonly PutResult[]> {
    return this.sender.put(stubs.map((stub) => ({ stub, expected: null })));
  }

  override rewriteStubs(stubs: readonly Stub[]): Promise<readonly PutResult[]> {
    return this.sender.put(stubs.map(({ id, disposals, version }) => ({ stub: { id, disposals }, expected: version })));
  }

  override async readDocuments(ids: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
    const found = await this.readSources(ids, ['document', 'isStub']);
    return found.map((stored) => (stored === null || stored.source.isStub === true ? null : documentOf(stored.source)));
  }

  override async *readAll(): AsyncGenerator<readonly KeptMessage[]> {
    await this.cluster.refresh(this.index.names.messages);
    const snapshot = await this.cluster.openSnapshot(this.index.names.messages);
    try {
      const range = { query: { match_all: {} }, after: '', size: READ_BATCH, body: { _source: ['document', 'disposals'] } };
      for await (const hits of readById(this.cluster, snapshot.pit, range)) yield hits.map((hit) => ({ ...messageOf(hit), disposals: hit._source?.disposals ?? [] }));
    } finally {
      await snapshot.close();
    }
  }

  /** Also raises the watermark, by what this writer wrote since the last time: only once it can be found. */
  override async refresh(): Promise<void> {
    const { written } = this;
    await this.cluster.refresh(this.index.names.messages);
    if (written === 0) return;
    await advanceWatermark(this.cluster, this.index.names, written);
    this.written -= written;
  }

  /** Nothing: the cluster merges by itself, and a merge into one segment would be lost work while others still import. */
  override async finish(): Promise<void> {}

  override reindex(prepare: Prepare): AsyncIterable<{ done: number; total: number }> {
    return reindexMessages(this.cluster, this.index, prepare);
  }

  override verify(prepare: Prepare): AsyncGenerator<{ done: number; total: number }, VerifyReport> {
    return verifyMessages(this.cluster, this.index, prepare);
  }

  override async close(): Promise<void> {
    await this.cluster.close();
  }

  private async readSources(ids: readonly string[], fields: readonly string[]): Promise<(FoundDocument | null)[]> {
    const found: (FoundDocument | null)[] = [];
    for (let start = 0; start < ids.length; start += READ_BATCH) {
      found.push(...(await this.cluster.read(this.index.names.messages, ids.slice(start, start + READ_BATCH), fields)));
    }
    return found;
  }
}
