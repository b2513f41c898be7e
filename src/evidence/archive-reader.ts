import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { Environment } from '../config/env.js';
import { SearchEngine, type SearchHit, type SearchRequest, type SearchResult } from '../engine/search-engine.js';
import { NO_AGGREGATION } from '../query/aggregation.js';
import type { FilterNode } from '../query/ast.js';
import type { PageKey } from '../query/page.js';

/** Asks the engine for messages by facts alone, the oldest first. Throws the engine's errors. */
@Injectable()
export class ArchiveReader {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(Environment) private readonly environment: Environment,
  ) {}

  /** Nothing but what `parts` names. */
  ask(
    { scope }: Viewer,
    filter: FilterNode,
    parts: Partial<Pick<SearchRequest, 'first' | 'after' | 'wantsTotal' | 'aggregations'>>,
  ): Promise<SearchResult> {
    return this.engine.search(scope, {
      query: { filter, text: null },
      order: 'oldest',
      first: parts.first ?? 0,
      after: parts.after ?? null,
      question: null,
      wantsTotal: parts.wantsTotal ?? false,
      aggregations: parts.aggregations ?? NO_AGGREGATION,
      wantsCompleteness: false,
      deadline: this.environment.HOLDFAST_SEARCH_TIMEOUT_MS,
    });
  }

  /** Hits in batches, as far as the caller reads on. Each batch shows the archive as it finds it. */
  async *read(viewer: Viewer, filter: FilterNode, batchSize: number): AsyncGenerator<readonly SearchHit[]> {
    for (let after: PageKey | null = null; ;) {
      const { hits, hasNext }: SearchResult = await this.ask(viewer, filter, { first: batchSize, after });
      if (hits.length > 0) yield hits;
      if (!hasNext) return;
      after = hits.at(-1)!.key;
    }
  }

  /** Names of senders or conversations, where the archive has any. */
  async names(
    { scope }: Viewer,
    field: 'senderId' | 'conversationId',
    values: readonly string[],
  ): Promise<ReadonlyMap<string, string | null>> {
    const labels = values.length === 0 ? [] : await this.engine.labels(scope, field, [...new Set(values)]);
    return new Map(labels.map(({ value, label }) => [value, label]));
  }
}
