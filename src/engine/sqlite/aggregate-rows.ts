import {
  ATTACHMENT_STATES, CONVERSATION_KINDS, DATE_STATES, MESSAGE_KINDS, PLATFORMS, WARNING_CODES,
} from '../../domain/values.js';
import type {
  AggregationRequest, AggregationResult, Facet, FacetRequest, HistogramBar, HistogramRequest, Stats,
} from '../../query/aggregation.js';
import { barStarts } from '../../query/bar-starts.js';
import { compareValues } from '../../query/compare-values.js';
import type { FieldName } from '../../query/fields.js';
import type { Columns } from './columns.js';
import { countDays } from './count-days.js';
import { FLAG, NO_DELAY } from './facts.js';

/** How often each value of a field occurs among rows, and how many rows have none. */
export interface ValueCounts {
  readonly counts: ReadonlyMap<string, number>;
  readonly missing: number;
}

/** All aggregations of a request over the rows of one snapshot; labels are added by the caller. Exact. */
export function aggregateRows(request: AggregationRequest, rows: Uint32Array, columns: Columns): AggregationResult {
  return {
    facets: request.facets.map((facet) => facetOf(facet, rows, columns)),
    histograms: request.histograms.map((histogram) => histogramOf(histogram, rows, columns)),
    distinct: Object.fromEntries(request.distinct.map((field) => [field, countDistinct(field, rows, columns)])),
    stats: Object.fromEntries(request.stats.map(({ field }) => [field, statsOf(field, rows, columns)])),
    dayCounts: request.dayCounts.map((one) => countDays(one, rows, columns)),
  };
}

/** How often each value of a keyword or boolean field occurs. */
export function countValues(field: FieldName, rows: Uint32Array, columns: Columns): ValueCounts {
  switch (field) {
    case 'platform':
      return countPositions(columns.platform, PLATFORMS, rows);
    case 'kind':
      return countPositions(columns.kind, MESSAGE_KINDS, rows);
    case 'conversationKind':
      return countPositions(columns.conversationKind, CONVERSATION_KINDS, rows);
    case 'dateState':
      return countPositions(columns.dateState, DATE_STATES, rows);
    case 'attachmentState':
      return countBits(columns.attachmentStates, ATTACHMENT_STATES, rows);
    case 'warning':
      return countBits(columns.warnings, WARNING_CODES, rows);
    case 'isRecalled':
      return countFlag(columns, FLAG.recalled, rows);
    case 'isOrphanRecall':
      return countFlag(columns, FLAG.orphanRecall, rows);
    case 'isEdited':
      return countFlag(columns, FLAG.edited, rows);
    case 'hasAttachments':
      return countFlag(columns, FLAG.hasAttachments, rows);
    case 'identitySpace':
    case 'conversationId':
    case 'senderId':
      return countNumbers(columns[field], rows, columns, (number, count, counts) => add(counts, columns.dictionary.stringAt(number)!, count));
    case 'source':
    case 'custodianId':
    case 'participantId':
    case 'importRunId':
      return countNumbers(columns[field], rows, columns, (number, count, counts) => {
        for (const value of columns.dictionary.setAt(number)) add(counts, value, count);
      });
    default:
      throw new Error(`the field ${field} cannot be counted by value`);
  }
}

function facetOf({ field, first }: FacetRequest, rows: Uint32Array, columns: Columns): Facet {
  const { counts, missing } = countValues(field, rows, columns);
  const sorted = [...counts].sort(([leftValue, left], [rightValue, right]) => right - left || compareValues(leftValue, rightValue));
  return {
    field,
    buckets: sorted.slice(0, first).map(([value, count]) => ({ value, label: null, count })),
    otherCount: sorted.slice(first).reduce((sum, [, count]) => sum + count, 0),
    missingCount: missing,
  };
}

function histogramOf({ interval, timeZone }: HistogramRequest, rows: Uint32Array, { sentAt }: Columns): HistogramBar[] {
  const startOf = barStarts(interval, timeZone);
  const counts = new Map<number, number>();
  let undated = 0;
  for (let index = 0; index < rows.length; index++) {
    const time = sentAt[rows[index]!]!;
    if (Number.isNaN(time)) undated += 1;
    else add(counts, startOf(time), 1);
  }
  const bars: HistogramBar[] = [...counts].sort(([left], [right]) => left - right).map(([start, count]) => ({ start, count }));
  return undated === 0 ? bars : [...bars, { start: null, count: undated }];
}

function countDistinct(field: FieldName, rows: Uint32Array, columns: Columns): number {
  if (field === 'id') return rows.length;
  if (field !== 'sentAt' && field !== 'recallDelaySeconds') return countValues(field, rows, columns).counts.size;
  const values = new Set<number>();
  for (const row of rows) {
    const value = numberAt(field, row, columns);
    if (value !== null) values.add(value);
  }
  return values.size;
}

function statsOf(field: FieldName, rows: Uint32Array, columns: Columns): Stats {
  let count = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const row of rows) {
    const value = numberAt(field, row, columns);
    if (value === null) continue;
    count += 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { count, sum, min: count === 0 ? null : min, max: count === 0 ? null : max };
}

function numberAt(field: FieldName, row: number, columns: Columns): number | null {
  if (field === 'recallDelaySeconds') {
    const delay = columns.recallDelaySeconds[row]!;
    return delay === NO_DELAY ? null : delay;
  }
  if (field !== 'sentAt') throw new Error(`the field ${field} is not a number`);
  const time = columns.sentAt[row]!;
  return Number.isNaN(time) ? null : time;
}

function countPositions(column: Uint8Array, list: readonly string[], rows: Uint32Array): ValueCounts {
  const totals = new Uint32Array(list.length);
  for (let index = 0; index < rows.length; index++) totals[column[rows[index]!]!]! += 1;
  return { counts: named(totals, list), missing: 0 };
}

function countBits(column: Uint16Array | Uint32Array, list: readonly string[], rows: Uint32Array): ValueCounts {
  const totals = new Uint32Array(list.length);
  let missing = 0;
  for (let index = 0; index < rows.length; index++) {
    const mask = column[rows[index]!]!;
    if (mask === 0) missing += 1;
    else for (let bit = 0; bit < list.length; bit++) totals[bit]! += (mask >>> bit) & 1;
  }
  return { counts: named(totals, list), missing };
}

function countFlag({ flags }: Columns, flag: number, rows: Uint32Array): ValueCounts {
  let set = 0;
  for (let index = 0; index < rows.length; index++) if ((flags[rows[index]!]! & flag) !== 0) set += 1;
  return { counts: named(Uint32Array.of(rows.length - set, set), ['false', 'true']), missing: 0 };
}

function countNumbers(
  column: Uint32Array, rows: Uint32Array, columns: Columns,
  name: (number: number, count: number, counts: Map<string, number>) => void,
): ValueCounts {
  const totals = new Uint32Array(columns.dictionary.size);
  for (let index = 0; index < rows.length; index++) totals[column[rows[index]!]!]! += 1;
  const counts = new Map<string, number>();
  for (let number = 1; number < totals.length; number++) if (totals[number]! > 0) name(number, totals[number]!, counts);
  return { counts, missing: totals[0] ?? 0 };
}

function named(totals: Uint32Array, list: readonly string[]): Map<string, number> {
  return new Map(list.flatMap((value, position) => (totals[position]! > 0 ? [[value, totals[position]!] as const] : [])));
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
