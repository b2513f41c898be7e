import { randomBytes } from 'node:crypto';
import { Cluster } from '../../src/engine/elasticsearch/cluster.js';
import type { ElasticsearchSettings } from '../../src/engine/elasticsearch/elasticsearch-settings.js';
import { IndexNames } from '../../src/engine/elasticsearch/index-names.js';
import type { IndexWriter, PreparedMessage } from '../../src/engine/index-writer.js';
import type { VersionedMessage } from '../../src/engine/search-engine.js';
import { prefixOf, removeIndices } from '../support/elasticsearch/elasticsearch-archive.js';
import { prepare } from '../support/prepare.js';

/** An archive of one test, with a look behind its writer. */
export class MessagesUnderTest {
  readonly settings: ElasticsearchSettings;
  readonly cluster: Cluster;
  readonly names: IndexNames;
  private readonly place = `messages-${randomBytes(6).toString('hex')}`;

  constructor(shared: object, parts: Partial<ElasticsearchSettings> = {}) {
    const { url = '' } = shared as { url?: string };
    const none = { username: '', password: '', apiKey: '', caFile: '' };
    this.settings = { urls: [url], prefix: prefixOf(this.place), ...none, shards: 1, startTimeout: 10_000, ...parts };
    this.cluster = new Cluster(this.settings);
    this.names = new IndexNames(this.settings.prefix);
  }

  /** How many messages a search of everything finds. */
  async count(query: object = { match_all: {} }): Promise<number> {
    const { hits } = await this.cluster.search(this.names.messages, { query, size: 0, track_total_hits: true });
    return typeof hits.total === 'number' ? hits.total : hits.total!.value;
  }

  /** The physical indices of messages. */
  async indices(): Promise<string[]> {
    return Object.keys(await this.cluster.client.indices.get({ index: `${this.names.messages}-*` })).sort();
  }

  async remove(): Promise<void> {
    await this.cluster.close();
    await removeIndices(this.settings.urls[0]!, this.place);
  }
}

/** What the enrich worker does for reindexing and verifying. */
export async function prepareAll(batch: readonly VersionedMessage[]): Promise<PreparedMessage[]> {
  return batch.map(({ message, raws }) => prepare(message, raws));
}

/** The problems that a verification finds. */
export async function problemsOf(writer: IndexWriter): Promise<readonly { readonly id: string; readonly problem: string }[]> {
  const steps = writer.verify(prepareAll);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value.problems;
  }
}
