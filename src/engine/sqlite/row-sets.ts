import type { RowTest } from './compile-filter.js';

/** Rows as one byte each, for set operations; index 0 is unused. */
export type RowMarks = Uint8Array;

/** Marks of the given rows, for rows up to `lastRow`. */
export function markRows(rows: Uint32Array, lastRow: number): RowMarks {
  const marks = new Uint8Array(lastRow + 1);
  for (let index = 0; index < rows.length; index++) marks[rows[index]!] = 1;
  return marks;
}

/** The rows that pass, in their order. */
export function keepRows(rows: Uint32Array, test: RowTest): Uint32Array {
  const kept = new Uint32Array(rows.length);
  let length = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    if (test(row)) kept[length++] = row;
  }
  return length === rows.length ? rows : kept.slice(0, length);
}

/** The rows that do not pass, and those that do, in their order. */
export function splitRows(rows: Uint32Array, test: RowTest): readonly [failing: Uint32Array, passing: Uint32Array] {
  const split = new Uint32Array(rows.length);
  let failing = 0;
  let passing = rows.length;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    if (test(row)) split[--passing] = row;
    else split[failing++] = row;
  }
  return [split.subarray(0, failing), split.subarray(failing).reverse()];
}

/** The rows that stand in any of the lists, upwards, each once. */
export function unionRows(lists: readonly Uint32Array[], lastRow: number): Uint32Array {
  if (lists.length === 1) return lists[0]!;
  const marks = new Uint8Array(lastRow + 1);
  for (const rows of lists) for (let index = 0; index < rows.length; index++) marks[rows[index]!] = 1;
  return rowsOf(marks);
}

/** The marked rows, upwards. */
export function rowsOf(marks: RowMarks): Uint32Array {
  let length = 0;
  for (let row = 1; row < marks.length; row++) length += marks[row]!;
  const rows = new Uint32Array(length);
  let index = 0;
  for (let row = 1; row < marks.length; row++) if (marks[row] === 1) rows[index++] = row;
  return rows;
}
