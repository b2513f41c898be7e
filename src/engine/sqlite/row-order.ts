import type { PageKey } from '../../query/page.js';
import type { Columns } from './columns.js';

export type TimeOrder = 'newest' | 'oldest';

/** Negative when `left` comes first. */
export type RowOrder = (left: number, right: number) => number;

/** The total order of rows by (sentAt, id); undated rows after all dated ones in both directions, by id. */
export function rowOrder(order: TimeOrder, columns: Columns): RowOrder {
  const direction = order === 'newest' ? -1 : 1;
  const { sentAt } = columns;
  return (left, right) => {
    const leftTime = sentAt[left]!;
    const rightTime = sentAt[right]!;
    if (leftTime < rightTime) return -direction;
    if (leftTime > rightTime) return direction;
    if (leftTime === rightTime) return direction * compareIds(left, right, columns);
    const isLeftUndated = Number.isNaN(leftTime);
    if (isLeftUndated && Number.isNaN(rightTime)) return compareIds(left, right, columns);
    return isLeftUndated ? 1 : -1;
  };
}

/** True for rows that come behind the key in the order. */
export function isBehind(key: Pick<PageKey, 'id' | 'sentAt'>, order: TimeOrder, columns: Columns): (row: number) => boolean {
  const direction = order === 'newest' ? -1 : 1;
  const { id, sentAt: keyTime } = key;
  return (row) => {
    const time = columns.sentAt[row]!;
    if (keyTime === null) return Number.isNaN(time) && columns.idOf(row) > id;
    if (Number.isNaN(time)) return true;
    if (time !== keyTime) return direction * (time - keyTime) > 0;
    const rowId = columns.idOf(row);
    return rowId !== id && (rowId > id) === direction > 0;
  };
}

function compareIds(left: number, right: number, { idWords }: Columns): number {
  for (let word = 0; word < 4; word++) {
    const difference = idWords[left * 4 + word]! - idWords[right * 4 + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first `count` rows in the order, sorted; the rest is not looked at twice. */
export function firstRows(rows: Uint32Array, count: number, order: RowOrder): number[] {
  if (count === 0) return [];
  if (rows.length <= count * 2) return [...rows].sort(order).slice(0, count);
  // a heap whose top is the last of the best found so far; begun at the better end, it seldom changes
  const heap: number[] = [];
  const last = rows.length - 1;
  const isBackwards = order(rows[last]!, rows[0]!) < 0;
  for (let index = 0; index <= last; index++) {
    const row = rows[isBackwards ? last - index : index]!;
    if (heap.length < count) {
      heap.push(row);
      siftUp(heap, order);
    } else if (order(row, heap[0]!) < 0) {
      heap[0] = row;
      siftDown(heap, order);
    }
  }
  return heap.sort(order);
}

function siftUp(heap: number[], order: RowOrder): void {
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (order(heap[child]!, heap[parent]!) <= 0) return;
    [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
    child = parent;
  }
}

function siftDown(heap: number[], order: RowOrder): void {
  let parent = 0;
  for (;;) {
    let child = parent * 2 + 1;
    if (child >= heap.length) return;
    if (child + 1 < heap.length && order(heap[child + 1]!, heap[child]!) > 0) child += 1;
    if (order(heap[child]!, heap[parent]!) <= 0) return;
    [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
    parent = child;
  }
}
