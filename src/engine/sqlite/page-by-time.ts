import type { PageKey } from '../../query/page.js';
import type { TextContext } from './evaluate-text.js';
import { monthOf, monthToken, UNDATED_MONTH } from './filter-tokens.js';
import type { FoundRows } from './found-rows.js';
import { firstRows, isBehind, rowOrder, type TimeOrder } from './row-order.js';
import { keepRows, splitRows } from './row-sets.js';

/** Up to this many hits a page is picked from the whole list; above, from a few months at a time. */
export const LIST_UP_TO_HITS = 2_000;

/** The first `count` rows behind `after`, in order. */
export function pageByTime(
  found: FoundRows, order: TimeOrder, after: Pick<PageKey, 'id' | 'sentAt'> | null, count: number, context: TextContext,
): readonly number[] {
  if (count === 0) return [];
  const { expression } = found;
  if (expression !== null && found.count() > LIST_UP_TO_HITS && !found.isListed) return walkMonths(expression, order, after, count, context);
  const rows = after === null ? found.rows() : keepRows(found.rows(), isBehind(after, order, context.columns));
  return firstRows(rows, count, rowOrder(order, context.columns));
}

/** Rows around a place of the list. */
export interface PlacedRows {
  /** In order. */
  readonly rows: readonly number[];
  /** Rows of the whole list before the first of them. */
  readonly position: number;
  readonly hasNext: boolean;
}

/** The last `lookBack` rows up to and including the one at `after`, and the first `count` rows behind it. */
export function pageAround(
  found: FoundRows, order: TimeOrder, after: Pick<PageKey, 'id' | 'sentAt'> | null, lookBack: number, count: number, { columns }: TextContext,
): PlacedRows {
  const byTime = rowOrder(order, columns);
  const isPastKey = after === null ? () => true : isBehind(after, order, columns);
  const [upToKey, behind] = splitRows(found.rows(), isPastKey);
  const before = firstRows(upToKey, lookBack, (left, right) => byTime(right, left)).reverse();
  const page = firstRows(behind, count, byTime);
  return { rows: [...before, ...page], position: upToKey.length - before.length, hasNext: behind.length > page.length };
}

/**
 * Reads the hits of one month, then of the next two, four and so on, from the end the order begins at, until the page is full.
 * Exact whatever order the messages arrived in, because each message stands in the month of its own time.
 */
function walkMonths(
  expression: string, order: TimeOrder, after: Pick<PageKey, 'id' | 'sentAt'> | null, count: number, { columns, reader }: TextContext,
): readonly number[] {
  const byTime = rowOrder(order, columns);
  const months = monthsFrom(after, order, columns.monthCounts);
  const page: number[] = [];
  let taken = 1;
  for (let start = 0; start < months.length && page.length < count; start += taken, taken *= 2) {
    const tokens = months.slice(start, start + taken).map((month) => `"${monthToken(month)}"`);
    const rows = reader.rows(`(${expression}) AND tokens : (${tokens.join(' OR ')})`);
    const behind = after === null ? rows : keepRows(rows, isBehind(after, order, columns));
    page.push(...firstRows(behind, count - page.length, byTime));
  }
  return page;
}

/** The months that hold messages, in order, from that of the key on; undated messages come last in either direction. */
function monthsFrom(
  after: Pick<PageKey, 'sentAt'> | null, order: TimeOrder, monthCounts: ReadonlyMap<number, number>,
): readonly number[] {
  const direction = order === 'newest' ? -1 : 1;
  const dated = [...monthCounts.keys()].filter((month) => month !== UNDATED_MONTH).sort((left, right) => direction * (left - right));
  const undated = monthCounts.has(UNDATED_MONTH) ? [UNDATED_MONTH] : [];
  if (after === null) return [...dated, ...undated];
  if (after.sentAt === null) return undated;
  const first = monthOf(after.sentAt);
  return [...dated.filter((month) => direction * (month - first) >= 0), ...undated];
}
