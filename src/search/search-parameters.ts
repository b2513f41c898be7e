import type { MatchMode } from '../filter/enums.js';
import type { FilterParameters } from '../filter/to-filter.js';
import type { AggregationRequest } from '../query/aggregation.js';
import { NO_AGGREGATION } from '../query/aggregation.js';
import type { TextField } from '../query/ast.js';
import type { SortOrder } from '../query/page.js';

type Given<Value> = Value | null | undefined;

/** What a caller may ask of a search; null and undefined mean "not given". */
export interface SearchParameters {
  readonly text?: Given<string>;
  /** `all` if not given. */
  readonly match?: Given<MatchMode>;
  /** All three if not given. */
  readonly textFields?: Given<readonly TextField[]>;
  readonly filter?: Given<FilterParameters>;
  /** `newest` if not given, `relevance` for match `any`. */
  readonly sort?: Given<SortOrder>;
  /** 20 if not given. */
  readonly first?: Given<number>;
  readonly after?: Given<string>;
}

/** Which parts of an answer are wanted; what is not, is not computed. */
export interface WantedParts {
  readonly page: boolean;
  readonly highlights: boolean;
  readonly totalCount: boolean;
  readonly completeness: boolean;
  readonly aggregations: AggregationRequest;
}

/** The ordinary page: hits with highlights and their total. */
export const PAGE_AND_TOTAL: WantedParts = {
  page: true,
  highlights: true,
  totalCount: true,
  completeness: false,
  aggregations: NO_AGGREGATION,
};

export const DEFAULT_PAGE = 20;
