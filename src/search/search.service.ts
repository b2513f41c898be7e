import { randomUUID } from 'node:crypto';
import { setImmediate as untilSent } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { highlightMessage } from '../analysis/highlight.js';
import type { SearchEvent, SearchOperation } from '../audit/audit-event.js';
import { AuditKey } from '../audit/audit-key.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import { Environment } from '../config/env.js';
import type { StoredMessage } from '../domain/message.js';
import { SearchEngine, type EngineCompleteness, type SearchHit, type SearchRequest, type SearchResult } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { filterFieldNames } from '../filter/to-filter.js';
import { pageInfoOf } from '../graphql/page-info.model.js';
import { RejectedRecords } from '../ingest/rejected-records.js';
import { buildQuery } from './build-query.js';
import { toMessageModel } from './message.model.js';
import { writeSearchCursor } from './search-cursor.js';
import { DEFAULT_PAGE, PAGE_AND_TOTAL, type SearchParameters, type WantedParts } from './search-parameters.js';
import { SearchPlanner, type SearchPlan } from './search-planner.js';
import type { Completeness, SearchAnswer, SearchEdge } from './search.model.js';
import { SlowSearchLog } from './slow-search-log.js';

/** Searches: build, check, search, audit, show. Nothing is shown that is not in the audit. */
@Injectable()
export class SearchService {
  constructor(
    @Inject(SearchPlanner) private readonly planner: SearchPlanner,
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(RejectedRecords) private readonly rejected: RejectedRecords,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
    @Inject(AuditKey) private readonly auditKey: AuditKey,
    @Inject(Environment) private readonly environment: Environment,
    @Inject(SlowSearchLog) private readonly slowSearches: SlowSearchLog,
  ) {}

  /**
   * One page and what else is wanted of the answer, from one engine call. Throws the engine's errors, QUERY_SYNTAX,
   * QUERY_EMPTY_TERM, QUERY_TOO_DEEP, QUERY_TOO_LARGE, INPUT_INVALID, CURSOR_INVALID, AUDIT_UNAVAILABLE.
   */
  run(viewer: Viewer, parameters: SearchParameters, wanted: WantedParts = PAGE_AND_TOTAL): Promise<SearchAnswer> {
    return this.refusals.watch(viewer.name, async () => {
      const plan = await this.planner.plan(viewer, parameters);
      const searchId = randomUUID();
      const request: SearchRequest = {
        query: plan.query,
        order: plan.order,
        first: wanted.page ? (parameters.first ?? DEFAULT_PAGE) : 0,
        after: wanted.page ? (plan.cursor?.key ?? null) : null,
        question: plan.question,
        wantsTotal: wanted.totalCount,
        aggregations: wanted.aggregations,
        wantsCompleteness: wanted.completeness,
        deadline: this.environment.HOLDFAST_SEARCH_TIMEOUT_MS,
      };
      const searched = this.slowSearches.watch(plan.query, () => this.engine.search(viewer.scope, request));
      // What is not in the audit is not shown. Both take their time at the same time, and the question leaves first.
      const audited = untilSent().then(() => this.audit.append({ ...this.event(viewer, 'search', parameters, null, plan.order), searchId }));
      const [result] = await Promise.all([searched, audited]);
      if (result.total !== null) this.audit.note({ kind: 'search_answered', viewer: viewer.name, searchId, hitCount: result.total });
      return this.toAnswer(parameters, wanted, plan, result);
    });
  }

  /**
   * Every hit of one snapshot in batches, newest or oldest first, in constant memory. The audit has the export before
   * the first hit is handed out, and its count after the last one.
   */
  async *stream(viewer: Viewer, parameters: SearchParameters): AsyncGenerator<readonly StoredMessage[]> {
    const { query, order } = await this.refusals.watch(viewer.name, async () => exportPlan(parameters));
    await this.audit.append(this.event(viewer, 'export', parameters, null, order));
    let count = 0;
    for await (const batch of this.engine.scan(viewer.scope, query, order)) {
      count += batch.length;
      yield batch;
    }
    await this.audit.append(this.event(viewer, 'export', parameters, count, order));
  }

  private event(
    viewer: Viewer,
    operation: SearchOperation,
    { text, filter }: SearchParameters,
    hitCount: number | null,
    order: string,
  ): SearchEvent {
    return {
      kind: 'search',
      viewer: viewer.name,
      operation,
      textHash: text ? this.auditKey.hash(text) : null,
      filterFields: filterFieldNames(filter),
      hitCount,
      order,
    };
  }

  private async toAnswer(parameters: SearchParameters, wanted: WantedParts, plan: SearchPlan, result: SearchResult): Promise<SearchAnswer> {
    const edges = result.hits.map((hit) => toEdge(hit, plan, wanted));
    return {
      totalCount: result.total,
      edges,
      pageInfo: pageInfoOf(edges, result.hasNext, plan.cursor !== null),
      terms: plan.terms,
      allFacets: result.aggregations.facets,
      allHistograms: wanted.aggregations.histograms.map((request, index) => ({ ...request, bars: result.aggregations.histograms[index]! })),
      completeness: result.completeness === null ? null : await this.completeness(result.completeness, parameters),
    };
  }

  private async completeness(known: EngineCompleteness, { filter }: SearchParameters): Promise<Completeness> {
    return {
      engine: known.engine,
      foldVersion: known.foldVersion,
      watermark: known.watermark,
      recordsRejected: await this.rejected.count({ sources: filter?.sources, importRunIds: filter?.importRunIds }),
      attachmentsNotSearched: Object.entries(known.unsearchedAttachments).map(([state, count]) => ({
        state: state as keyof EngineCompleteness['unsearchedAttachments'],
        count,
      })),
    };
  }
}

function toEdge(hit: SearchHit, plan: SearchPlan, wanted: WantedParts): SearchEdge {
  return {
    cursor: writeSearchCursor({ key: hit.key, keptWords: plan.keptWords }),
    message: toMessageModel(hit),
    highlights: wanted.highlights && plan.query.text !== null ? highlightMessage(hit.message, plan.query.text) : [],
    score: hit.score,
  };
}

function exportPlan(parameters: SearchParameters): { query: SearchPlan['query']; order: 'newest' | 'oldest' } {
  if (parameters.match === 'any' || parameters.sort === 'relevance') {
    throw new HoldfastError('INPUT_INVALID', 'All hits come by time: use match ALL, sorted NEWEST or OLDEST.', {
      parameters: ['match', 'sort'],
    });
  }
  return { query: buildQuery(parameters), order: parameters.sort ?? 'newest' };
}
