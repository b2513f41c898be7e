import type { StoredMessage } from '../../domain/message.js';
import { decodeDocument } from '../document-codec.js';
import { IndexWriter, type PreparedMessage, type PutItem, type PutResult, type Stub, type VerifyReport } from '../index-writer.js';
import type { VersionedMessage } from '../search-engine.js';
import type { Cluster, FoundDocument } from './cluster.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { MessageIndex } from './message-index.js';
import { MessageSender } from './message-sender.js';
import { formatVersion } from './message-version.js';
import { openCluster } from './open-cluster.js';
import { reindexMessages } from './reindex-messages.js';
import { documentOf, messageOf, placeOf, readById } from './stored-messages.js';
import { STUBS, stubOf } from './stubs.js';
import { verifyMessages } from './verify-messages.js';
import { advanceWatermark } from './watermark.js';

type Prepare = (batch: readonly VersionedMessage[]) => Promise<readonly PreparedMessage[]>;

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
  static async open(settings: ElasticsearchSettings, foldVersion: string): Promise<ElasticsearchIndexWriter> {
    const cluster = await openCluster(settings);
    try {
      return new ElasticsearchIndexWriter(cluster, await MessageIndex.open(cluster, foldVersion));
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  override async prepare(): Promise<void> {
    await this.index.requireVersions();
  }

  override async put(items: readonly PutItem[]): Promise<readonly PutResult[]> {
    const results = await this.sender.put(items);
    for (const { outcome } of results) if (outcome === 'written') this.written++;
    return results;
  }

  override async read(ids: readonly string[]): Promise<readonly (VersionedMessage | null)[]> {
    const found = await this.find(ids);
    return found.map((stored) => (stored === null ? null : { ...decodeDocument(stored.document), version: stored.version }));
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

  override async readDocuments(ids: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
    return (await this.find(ids)).map((stored) => stored?.document ?? null);
  }

  override async *readAll(): AsyncGenerator<readonly StoredMessage[]> {
    await this.cluster.refresh(this.index.names.messages);
    const snapshot = await this.cluster.openSnapshot(this.index.names.messages);
    try {
      const range = { query: { match_all: {} }, after: '', size: READ_BATCH, body: { _source: ['document'] } };
      for await (const hits of readById(this.cluster, snapshot.pit, range)) yield hits.map(messageOf);
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

  private async find(ids: readonly string[]): Promise<({ readonly document: Uint8Array; readonly version: string } | null)[]> {
    const found = await this.readSources(ids, ['document', 'isStub']);
    return found.map((stored) =>
      stored === null || stored.source.isStub === true ? null : { document: documentOf(stored.source), version: formatVersion(stored) },
    );
  }

  private async readSources(ids: readonly string[], fields: readonly string[]): Promise<(FoundDocument | null)[]> {
    const found: (FoundDocument | null)[] = [];
    for (let start = 0; start < ids.length; start += READ_BATCH) {
      found.push(...(await this.cluster.read(this.index.names.messages, ids.slice(start, start + READ_BATCH), fields)));
    }
    return found;
  }
}
