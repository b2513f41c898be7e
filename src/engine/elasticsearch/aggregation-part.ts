import type { estypes } from '@elastic/elasticsearch';
import type { MoreSearches } from './composite-pages.js';

export type AggregationBody = estypes.AggregationsAggregationContainer;

/** What a search answered to the aggregations of one part, by the names the part gave them. */
export type PartAnswer = Readonly<Record<string, unknown>>;

/** One thing that is asked of the hits, and how its answer is read. */
export interface AggregationPart<Value> {
  /** Goes into the body of the search for the page; by names of the part's own. */
  readonly body: Readonly<Record<string, AggregationBody>>;
  /** That one search will not do is known beforehand. */
  readonly needsMore: boolean;
  /** Whether `read` can do without further searches. */
  isWhole(answer: PartAnswer): boolean;
  /** `more`: searches of the state that the answer is of. */
  read(answer: PartAnswer, more: MoreSearches): Promise<Value>;
}
