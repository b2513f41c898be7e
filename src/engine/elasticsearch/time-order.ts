import type { estypes } from '@elastic/elasticsearch';
import type { SortKey } from '../../domain/compare-messages.js';
import type { Answer, QueryBody, SearchBody } from './cluster.js';

export type TimeOrder = 'newest' | 'oldest';

/** No date is further from 1970, in milliseconds; what stands for "no date" in a sort is. */
const FURTHEST_DATE = 8.64e15;
/** What Elasticsearch sorts undated documents by, so that they come last in either direction; too long for a number. */
const UNDATED = { newest: '-9223372036854775808', oldest: '9223372036854775807' } as const;

/** The order of the index itself, in which a search stops early. Among undated messages it is not the order of lists. */
export const INDEX_ORDER: NonNullable<SearchBody['sort']> = [{ sentAt: 'desc' }, { id: 'desc' }];
export const UNDATED_ORDER: NonNullable<SearchBody['sort']> = [{ id: 'asc' }];

/** The order by time and id; ids of undated messages go the same way, which for `newest` is not the order of lists. */
export function sortByTime(order: TimeOrder): NonNullable<SearchBody['sort']> {
  return order === 'newest' ? INDEX_ORDER : [{ sentAt: 'asc' }, { id: 'asc' }];
}

/** The place of a hit of such a search. */
export function keyOf({ sort }: Pick<Answer['hits']['hits'][number], 'sort'>): SortKey {
  const [sentAt, id] = sort as [number, string];
  return { id, sentAt: Math.abs(sentAt) > FURTHEST_DATE ? null : sentAt };
}

/** Goes on behind a place in a search that is sorted by `sortByTime(order)`. */
export function searchAfter({ sentAt, id }: SortKey, order: TimeOrder): estypes.SortResults {
  return [sentAt ?? UNDATED[order], id];
}

export const DATED: QueryBody = { exists: { field: 'sentAt' } };

/** Hits of the query that are dated. */
export function datedOf(query: QueryBody): QueryBody {
  return { bool: { filter: [query, DATED] } };
}

/** Hits of the query that are undated. */
export function undatedOf(query: QueryBody): QueryBody {
  return { bool: { filter: [query], must_not: [DATED] } };
}

/** Hits of the query up to and including a place in the order of lists. */
export function upTo({ sentAt, id }: SortKey, order: TimeOrder, query: QueryBody): QueryBody {
  if (sentAt === null) {
    const undated = undatedOf({ range: { id: { lte: id } } });
    return { bool: { filter: [query, { bool: { should: [DATED, undated], minimum_should_match: 1 } }] } };
  }
  const [before, same] = order === 'newest' ? [{ gt: sentAt }, { gte: id }] : [{ lt: sentAt }, { lte: id }];
  const tied = { bool: { filter: [{ term: { sentAt } }, { range: { id: same } }] } };
  return { bool: { filter: [query, { bool: { should: [{ range: { sentAt: before } }, tied], minimum_should_match: 1 } }] } };
}
