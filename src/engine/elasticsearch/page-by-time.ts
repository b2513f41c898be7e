import type { SortKey } from '../../domain/compare-messages.js';
import type { StoredMessage } from '../../domain/message.js';
import { totalOf, type QueryBody, type SearchBody } from './cluster.js';
import type { Deadline, Searching } from './searching.js';
import { messageOf, type Hit } from './stored-messages.js';
import { datedOf, searchAfter, sortByTime, undatedOf, UNDATED_ORDER, upTo, type TimeOrder } from './time-order.js';

/** Hits of one request; Elasticsearch gives no more. */
const MOST_HITS = 10_000;
export const DOCUMENT_ONLY: readonly string[] = ['document'];

/** A list by time, and the place it begins behind. */
export interface TimeRange {
  readonly query: QueryBody;
  readonly order: TimeOrder;
  readonly after: SortKey | null;
}

export interface TimeRow {
  readonly key: SortKey;
  readonly stored: StoredMessage;
}

/** Rows around a place of a list. */
export interface PlacedRows {
  /** In order. */
  readonly rows: readonly TimeRow[];
  /** Rows of the whole list before the first of them. */
  readonly position: number;
  readonly hasNext: boolean;
}

/** The one search that has the first `count` rows, but for `newest` when undated messages are among them; null when one will not do. */
export function simplePage({ query, order, after }: TimeRange, count: number): SearchBody | null {
  if (count > MOST_HITS || (order === 'newest' && after !== null && after.sentAt === null)) return null;
  return {
    query, size: count, _source: [...DOCUMENT_ONLY],
    ...(count > 0 && { sort: sortByTime(order), ...(after !== null && { search_after: searchAfter(after, order) }) }),
  };
}

/** The rows of that search; null when they are not in the order of lists. */
export function simpleRows(order: TimeOrder, hits: readonly Hit[]): readonly TimeRow[] | null {
  const rows = hits.map(rowOf);
  return order === 'newest' && rows.some(({ key }) => key.sentAt === null) ? null : rows;
}

/** The first `count` rows, in a snapshot. */
export async function pageByTime(searching: Searching, { query, order, after }: TimeRange, count: number, deadline: Deadline): Promise<TimeRow[]> {
  const rows: TimeRow[] = [];
  if (after === null || after.sentAt !== null) {
    const body: SearchBody = { query: datedOf(query), sort: sortByTime(order), ...(after !== null && { search_after: searchAfter(after, order) }) };
    rows.push(...(await rowsOf(searching, body, count, deadline)));
  }
  const isPastDated = after !== null && after.sentAt === null;
  const body: SearchBody = { query: undatedOf(query), sort: UNDATED_ORDER, ...(isPastDated && { search_after: [after.id] }) };
  rows.push(...(await rowsOf(searching, body, count - rows.length, deadline)));
  return rows;
}

/** The last `lookBack` rows up to and including the one at `after`, and the first `count` rows behind it, in a snapshot. */
export async function pageAround(searching: Searching, range: TimeRange, lookBack: number, count: number, deadline: Deadline): Promise<PlacedRows> {
  const behind = await pageByTime(searching, range, count + 1, deadline);
  const page = behind.slice(0, count);
  const hasNext = behind.length > page.length;
  if (range.after === null) return { rows: page, position: 0, hasNext };
  const query = upTo(range.after, range.order, range.query);
  const { hits } = await searching.search({ query, size: 0, track_total_hits: true }, deadline);
  const before = await lastRows(searching, query, range.order, lookBack, deadline);
  return { rows: [...before, ...page], position: totalOf(hits) - before.length, hasNext };
}

/** The last `count` rows of a list, in order. */
async function lastRows(searching: Searching, query: QueryBody, order: TimeOrder, count: number, deadline: Deadline): Promise<TimeRow[]> {
  const backwards = order === 'newest' ? 'oldest' : 'newest';
  const rows = await rowsOf(searching, { query: undatedOf(query), sort: [{ id: 'desc' }] }, count, deadline);
  rows.push(...(await rowsOf(searching, { query: datedOf(query), sort: sortByTime(backwards) }, count - rows.length, deadline)));
  return rows.reverse();
}

/** Up to `count` rows of a search sorted by its own order. */
async function rowsOf(searching: Searching, body: SearchBody, count: number, deadline: Deadline): Promise<TimeRow[]> {
  const rows: TimeRow[] = [];
  let page = body;
  while (rows.length < count) {
    const size = Math.min(MOST_HITS, count - rows.length);
    const { hits } = (await searching.search({ ...page, size, _source: [...DOCUMENT_ONLY] }, deadline)).hits;
    rows.push(...hits.map(rowOf));
    if (hits.length < size) break;
    page = { ...page, search_after: hits.at(-1)!.sort! };
  }
  return rows;
}

function rowOf(hit: Hit): TimeRow {
  const stored = messageOf(hit);
  return { key: { id: stored.message.id, sentAt: stored.message.sentAt }, stored };
}
