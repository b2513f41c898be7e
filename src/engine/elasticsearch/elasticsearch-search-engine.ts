import type { StoredMessage } from '../../domain/message.js';
import { allOf, type FilterNode, type Query, type TextNode } from '../../query/ast.js';
import { fieldValues } from '../../query/field-values.js';
import type { FieldName } from '../../query/fields.js';
import { matchesFilter } from '../../query/matches.js';
import type { ViewerScope } from '../../query/viewer-scope.js';
import { decodeDocument } from '../document-codec.js';
import {
  SearchEngine, type EngineHealth, type LiteralStatistics, type SearchRequest, type SearchResult, type TermCount, type ValueLabel,
  type VersionedMessage,
} from '../search-engine.js';
import { answerSearch, ENGINE_NAME } from './answer-search.js';
import { countTerms } from './count-terms.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { readHealth } from './engine-health.js';
import { literalStatistics } from './literal-statistics.js';
import { MessageIndex } from './message-index.js';
import { formatVersion } from './message-version.js';
import { openOnCluster } from './open-cluster.js';
import { planQuery } from './query-plan.js';
import { readLabels } from './read-labels.js';
import { runPlan, withQuery } from './run-plan.js';
import { scan } from './scan.js';
import { Deadline, Searching } from './searching.js';
import { documentOf } from './stored-messages.js';
import { readWatermark } from './watermark.js';

/** Milliseconds for look-ups that cannot be slow by what they ask. */
const LOOK_UP_DEADLINE = 30_000;
/** Milliseconds until the beginning of a scan is given up. */
const SCAN_DEADLINE = 600_000;
/** Milliseconds for which the versions of the index are taken as they were read. */
const VERSIONS_LIFETIME = 5_000;
/** Ids of one request. */
const IDS_AT_ONCE = 500;
const ID = /^[0-9a-f]{32}$/;

/** All searching on a cluster. */
export class ElasticsearchSearchEngine extends SearchEngine {
  private readonly newest: Searching;
  private fit: { readonly until: number; readonly checked: Promise<unknown> } = { until: 0, checked: Promise.resolve() };

  private constructor(private readonly messages: MessageIndex) {
    super();
    this.newest = Searching.of(messages.cluster, messages.names.messages);
  }

  /** Waits for the cluster as long as the settings say, and makes an empty archive if there is none. */
  static open(settings: ElasticsearchSettings, foldVersion: string): Promise<ElasticsearchSearchEngine> {
    return openOnCluster(settings, async (cluster) => new ElasticsearchSearchEngine(await MessageIndex.open(cluster, foldVersion)));
  }

  override search(scope: ViewerScope, request: SearchRequest): Promise<SearchResult> {
    return this.within(request.deadline, (deadline) => answerSearch(this.messages, this.newest, scope.filter, request, deadline));
  }

  override async get(scope: ViewerScope, ids: readonly string[]): Promise<readonly (VersionedMessage | null)[]> {
    await this.requireFit();
    const asked = [...new Set(ids)].filter((id) => ID.test(id));
    const found = new Map<string, VersionedMessage>();
    for (let start = 0; start < asked.length; start += IDS_AT_ONCE) {
      const some = asked.slice(start, start + IDS_AT_ONCE);
      const documents = await this.messages.cluster.read(this.messages.names.messages, some, ['document', 'isStub']);
      documents.forEach((document, index) => {
        if (document === null || document.source.isStub === true) return;
        const stored = decodeDocument(documentOf(document.source));
        if (matchesFilter(scope.filter, fieldValues(stored.message))) found.set(some[index]!, { ...stored, version: formatVersion(document) });
      });
    }
    return ids.map((id) => found.get(id) ?? null);
  }

  override async *scan(scope: ViewerScope, { filter, text }: Query, order: 'newest' | 'oldest'): AsyncGenerator<readonly StoredMessage[]> {
    await this.requireFit();
    const snapshot = await this.newest.openSnapshot();
    try {
      const plan = planQuery({ filter: allOf([scope.filter, filter]), text });
      yield* scan(snapshot.searching, await runPlan(plan, snapshot.searching, new Deadline(SCAN_DEADLINE)), order);
    } finally {
      await snapshot.close();
    }
  }

  override countTerms(scope: ViewerScope, texts: readonly TextNode[], filter: FilterNode, deadline: number): Promise<readonly TermCount[]> {
    return this.within(deadline, (end) => countTerms(this.newest, texts, allOf([scope.filter, filter]), end));
  }

  /** Counts the whole archive, whatever the scope: statistics for ranking, never shown. */
  override literalStatistics(_scope: ViewerScope, keys: readonly string[], deadline: number): Promise<LiteralStatistics> {
    return this.within(deadline, async (end) => {
      const watermark = await readWatermark(this.messages.cluster, this.messages.names, 0);
      return { ...(await this.newest.inSnapshot((searching) => literalStatistics(searching, keys, end))), watermark };
    });
  }

  override labels(scope: ViewerScope, field: FieldName, values: readonly string[]): Promise<readonly ValueLabel[]> {
    return this.within(LOOK_UP_DEADLINE, (deadline) =>
      withQuery(this.newest, { filter: scope.filter, text: null }, deadline, (searching, visible) =>
        readLabels(searching, visible, field, values, deadline),
      ),
    );
  }

  override health(): Promise<EngineHealth> {
    return readHealth(ENGINE_NAME, this.messages, this.newest);
  }

  override close(): Promise<void> {
    return this.messages.cluster.close();
  }

  private within<Value>(milliseconds: number, work: (deadline: Deadline) => Promise<Value>): Promise<Value> {
    const deadline = new Deadline(milliseconds);
    return deadline.limit(async () => {
      await this.requireFit();
      return work(deadline);
    });
  }

  /** Throws INDEX_VERSION_MISMATCH when the index was made with other rules. Another index may take its place at any time. */
  private requireFit(): Promise<unknown> {
    const now = performance.now();
    if (now < this.fit.until) return this.fit.checked;
    const checked = this.messages.requireVersions();
    this.fit = { until: now + VERSIONS_LIFETIME, checked };
    checked.catch(() => {
      this.fit = { until: 0, checked: Promise.resolve() };
    });
    return checked;
  }
}
