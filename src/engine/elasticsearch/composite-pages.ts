import type { estypes } from '@elastic/elasticsearch';
import type { QueryBody } from './cluster.js';
import type { Deadline, Searching } from './searching.js';

/** Buckets of one answer; Elasticsearch refuses more than 65,536. */
const BUCKETS_AT_ONCE = 50_000;

export type CompositeSource = Record<string, estypes.AggregationsCompositeAggregationSource>;
export type AfterKey = Readonly<Record<string, estypes.FieldValue>>;

/** How many messages have one combination of values. */
export interface CompositeBucket {
  readonly key: Readonly<Record<string, string | number | boolean>>;
  readonly doc_count: number;
}

/** A page of all combinations; the last one has no key to go on behind, or fewer buckets than asked for. */
export interface CompositeAnswer {
  readonly buckets: readonly CompositeBucket[];
  readonly after_key?: AfterKey;
}

/** All searches for one aggregation see one state of the index. */
export interface MoreSearches {
  readonly searching: Searching;
  /** Whose hits are counted. */
  readonly query: QueryBody;
  readonly deadline: Deadline;
}

/** The aggregation that counts every combination of values of the sources, in their order, `size` of them. */
export function compositeOf(sources: readonly CompositeSource[], size: number, after?: AfterKey): estypes.AggregationsAggregationContainer {
  return { composite: { size, sources: [...sources], ...(after !== undefined && { after: { ...after } }) } };
}

/** Every combination of values that some hit has, exactly, page by page, in the order of the sources; from behind `after`. */
export async function* compositePages(
  { searching, query, deadline }: MoreSearches, sources: readonly CompositeSource[], after?: AfterKey,
): AsyncGenerator<readonly CompositeBucket[]> {
  for (let key = after; ;) {
    const { aggregations } = await searching.search({ size: 0, query, aggs: { page: compositeOf(sources, BUCKETS_AT_ONCE, key) } }, deadline);
    const page = aggregations!['page'] as unknown as CompositeAnswer;
    if (page.buckets.length > 0) yield page.buckets;
    if (page.buckets.length < BUCKETS_AT_ONCE || page.after_key === undefined) return;
    key = page.after_key;
  }
}
