import { HoldfastError } from '../../errors/errors.js';
import { NO_AGGREGATION, type AggregationResult } from '../../query/aggregation.js';
import { allOf, type FilterNode, type Query } from '../../query/ast.js';
import type { PageKey } from '../../query/page.js';
import { queryHash } from '../../query/query-hash.js';
import type { EngineCompleteness, SearchHit, SearchRequest, SearchResult } from '../search-engine.js';
import { totalOf, type Answer, type QueryBody, type SearchBody } from './cluster.js';
import { CompiledAggregations } from './compile-aggregations.js';
import { toBody } from './condition.js';
import type { MessageIndex } from './message-index.js';
import { pageAround, pageByTime, simplePage, simpleRows, type TimeRange, type TimeRow } from './page-by-time.js';
import { pageByRelevance } from './page-by-relevance.js';
import { planQuery, type QueryPlan } from './query-plan.js';
import { readLabels } from './read-labels.js';
import { runPlan, withQuery } from './run-plan.js';
import type { Deadline, Searching } from './searching.js';
import { countAttachments, unsearchedAttachments } from './unsearched-attachments.js';
import { readWatermark } from './watermark.js';

export const ENGINE_NAME = 'elasticsearch';

interface Page {
  readonly hits: readonly SearchHit[];
  readonly hasNext: boolean;
  readonly position: number | null;
}

type Unsearched = EngineCompleteness['unsearchedAttachments'];

/** All but what is worked out before the first search and what is looked up behind the last. */
interface Found {
  readonly page: Page;
  readonly total: number | null;
  readonly aggregations: AggregationResult;
  readonly unsearched: Unsearched | null;
}

const NO_PAGE: Page = { hits: [], hasNext: false, position: null };

/**
 * Answers one search: with one request where that is enough, else with several in one point in time. The watermark is read
 * before anything is searched, so it is a lower bound. Throws CURSOR_INVALID, QUERY_TIMEOUT, QUERY_TOO_BROAD, AGGREGATION_TOO_LARGE.
 */
export async function answerSearch(
  messages: MessageIndex, searching: Searching, scope: FilterNode, request: SearchRequest, deadline: Deadline,
): Promise<SearchResult> {
  const { foldVersion, cluster, names } = messages;
  const search = new OneSearch(scope, request, deadline);
  const watermark = request.wantsCompleteness ? await readWatermark(cluster, names, 0) : 0;
  const { page, total, aggregations, unsearched } = (await search.atOnce(searching)) ?? (await searching.inSnapshot((snapshot) => search.inSnapshot(snapshot)));
  const completeness = unsearched === null ? null : { engine: ENGINE_NAME, foldVersion, watermark, unsearchedAttachments: unsearched };
  return { ...page, total, aggregations, completeness };
}

class OneSearch {
  private readonly query: Query;
  private readonly hash: string;
  private readonly plan: QueryPlan;
  private readonly aggregations: CompiledAggregations;

  constructor(
    private readonly scope: FilterNode,
    private readonly request: SearchRequest,
    private readonly deadline: Deadline,
  ) {
    const { after, order } = request;
    this.query = { text: request.query.text, filter: allOf([scope, request.query.filter]) };
    this.hash = queryHash(this.query, order);
    if (after !== null && (after.queryHash !== this.hash || after.order !== order)) throw new HoldfastError('CURSOR_INVALID');
    this.plan = planQuery(this.query);
    this.aggregations = new CompiledAggregations(request.aggregations);
  }

  /** With one request for everything but labels; null where one will not do. */
  async atOnce(searching: Searching): Promise<Found | null> {
    const { request, plan, aggregations, deadline } = this;
    const filter = request.wantsCompleteness ? planQuery({ filter: this.query.filter, text: null }) : null;
    if (plan.steps.length > 0 || (filter !== null && filter.steps.length > 0) || aggregations.needsMore) return null;
    const query = toBody(plan.condition);
    const page = this.simplePage(query);
    if (page === null) return null;
    const bodies = [{ ...page, ...this.counting }, ...(filter === null ? [] : [countAttachments(toBody(filter.condition))])];
    const [answer, attachments] = await searching.searchAll(bodies, deadline);
    const rows = simpleRows(request.order === 'oldest' ? 'oldest' : 'newest', answer!.hits.hits);
    if (rows === null || !aggregations.isWhole(answer!)) return null;
    return {
      page: this.timePage(rows, null),
      ...(await this.counted(answer!, searching, query)),
      unsearched: attachments === undefined ? null : unsearchedAttachments(attachments),
    };
  }

  async inSnapshot(searching: Searching): Promise<Found> {
    const { request, deadline, aggregations } = this;
    const query = await runPlan(this.plan, searching, deadline);
    const page = await this.page(searching, query);
    const isCounted = request.wantsTotal || !aggregations.isEmpty;
    const answer = isCounted ? await searching.search({ query, size: 0, ...this.counting }, deadline) : null;
    const counted = answer === null ? { total: null, aggregations: NOTHING_COUNTED } : await this.counted(answer, searching, query);
    return { page, ...counted, unsearched: request.wantsCompleteness ? await this.unsearched(searching) : null };
  }

  private simplePage(query: QueryBody): SearchBody | null {
    const { first, order, after, lookBack } = this.request;
    if (lookBack !== undefined) return null;
    if (first === 0) return { query, size: 0 };
    return order === 'relevance' ? null : simplePage({ query, order, after }, first + 1);
  }

  private async page(searching: Searching, query: QueryBody): Promise<Page> {
    const { request, deadline, hash } = this;
    const { first, order, after, lookBack } = request;
    if (first === 0 && lookBack === undefined) return NO_PAGE;
    if (order === 'relevance') {
      const { rows, ranking } = await pageByRelevance(searching, query, request, deadline);
      const hits = rows.slice(0, first).map(({ stored, score }) => ({ ...stored, key: keyOf(stored.message, order, hash, { score, ranking }), score }));
      return { hits, hasNext: rows.length > first, position: null };
    }
    const range: TimeRange = { query, order, after };
    if (lookBack === undefined) return this.timePage(await pageByTime(searching, range, first + 1, deadline), null);
    const { rows, position, hasNext } = await pageAround(searching, range, lookBack, first, deadline);
    return { hits: rows.map((row) => this.timeHit(row)), hasNext, position };
  }

  private timePage(rows: readonly TimeRow[], position: number | null): Page {
    const { first } = this.request;
    return { hits: rows.slice(0, first).map((row) => this.timeHit(row)), hasNext: rows.length > first, position };
  }

  private timeHit({ stored }: TimeRow): SearchHit {
    return { ...stored, key: keyOf(stored.message, this.request.order, this.hash, { score: null, ranking: null }), score: null };
  }

  private get counting(): SearchBody {
    return { track_total_hits: this.request.wantsTotal, ...(!this.aggregations.isEmpty && { aggs: this.aggregations.body }) };
  }

  private async counted(answer: Answer, searching: Searching, query: QueryBody): Promise<Pick<Found, 'total' | 'aggregations'>> {
    const { aggregations, deadline, request } = this;
    const total = request.wantsTotal ? totalOf(answer.hits) : null;
    if (aggregations.isEmpty) return { total, aggregations: NOTHING_COUNTED };
    const result = await aggregations.read(answer, { searching, query, deadline });
    return { total, aggregations: await this.labelled(result, searching) };
  }

  private async labelled(result: AggregationResult, searching: Searching): Promise<AggregationResult> {
    if (result.facets.every(({ buckets }) => buckets.length === 0)) return result;
    const { deadline, scope } = this;
    return withQuery(searching, { filter: scope, text: null }, deadline, async (from, visible) => {
      const facets = await Promise.all(
        result.facets.map(async (facet) => {
          const labels = await readLabels(from, visible, facet.field, facet.buckets.map(({ value }) => value), deadline);
          return { ...facet, buckets: facet.buckets.map((bucket, index) => ({ ...bucket, label: labels[index]!.label })) };
        }),
      );
      return { ...result, facets };
    });
  }

  private async unsearched(searching: Searching): Promise<Unsearched> {
    const { deadline } = this;
    return withQuery(searching, { filter: this.query.filter, text: null }, deadline, async (from, filter) =>
      unsearchedAttachments(await from.search(countAttachments(filter), deadline)),
    );
  }
}

function keyOf(
  { id, sentAt }: Pick<PageKey, 'id' | 'sentAt'>, order: PageKey['order'], hash: string, scored: Pick<PageKey, 'score' | 'ranking'>,
): PageKey {
  return { order, queryHash: hash, id, sentAt, ...scored };
}

const NOTHING_COUNTED: AggregationResult = { ...NO_AGGREGATION, facets: [], histograms: [], distinct: {}, stats: {}, dayCounts: [] };
