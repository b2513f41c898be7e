import type { Message } from '../../src/domain/message.js';
import { HoldfastError } from '../../src/errors/errors.js';
import type {
  AggregationRequest,
  AggregationResult,
  DayCounts,
  DayCountsRequest,
  Facet,
  FacetRequest,
  HistogramBar,
  HistogramRequest,
  Stats,
} from '../../src/query/aggregation.js';
import { MOST_DAY_COUNTS_VALUES } from '../../src/query/aggregation.js';
import { compareValues } from '../../src/query/compare-values.js';
import { fieldValues } from '../../src/query/field-values.js';
import type { FieldName } from '../../src/query/fields.js';
import { localBarStart, localDay } from './local-bar.js';

export type LabelOf = (field: FieldName, value: string) => string | null;

/** Counts over a list of hits, by walking it once for each thing that is asked. */
export function aggregateMessages(hits: readonly Message[], request: AggregationRequest, labelOf: LabelOf): AggregationResult {
  return {
    facets: request.facets.map((facet) => facetOf(hits, facet, labelOf)),
    histograms: request.histograms.map((histogram) => histogramOf(hits, histogram)),
    distinct: Object.fromEntries(request.distinct.map((field) => [field, new Set(hits.flatMap((hit) => valuesOf(hit, field))).size])),
    stats: Object.fromEntries(request.stats.map(({ field }) => [field, statsOf(hits, field)])),
    dayCounts: request.dayCounts.map((one) => dayCountsOf(hits, one)),
  };
}

/** How often each string occurs, the most frequent first, ties by string. */
export function countByFrequency(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([left, many], [right, few]) => few - many || compareValues(left, right));
}

function valuesOf(hit: Message, field: FieldName): (string | number | boolean)[] {
  const value = fieldValues(hit)[field];
  return value === null ? [] : typeof value === 'object' ? [...value] : [value];
}

function facetOf(hits: readonly Message[], { field, first }: FacetRequest, labelOf: LabelOf): Facet {
  const sorted = countByFrequency(hits.flatMap((hit) => valuesOf(hit, field).map(String)));
  return {
    field,
    buckets: sorted.slice(0, first).map(([value, count]) => ({ value, label: labelOf(field, value), count })),
    otherCount: sorted.slice(first).reduce((sum, [, count]) => sum + count, 0),
    missingCount: hits.filter((hit) => valuesOf(hit, field).length === 0).length,
  };
}

function histogramOf(hits: readonly Message[], { interval, timeZone }: HistogramRequest): HistogramBar[] {
  const counts = new Map<number | null, number>();
  for (const { sentAt } of hits) {
    const start = sentAt === null ? null : localBarStart(sentAt, interval, timeZone);
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  return [...counts]
    .map(([start, count]) => ({ start, count }))
    .sort((left, right) => (left.start ?? Infinity) - (right.start ?? Infinity));
}

function dayCountsOf(hits: readonly Message[], { field, timeZone }: DayCountsRequest): DayCounts[] {
  const dated = hits.filter(({ sentAt }) => sentAt !== null);
  const values = [...new Set(dated.flatMap((hit) => valuesOf(hit, field).map(String)))].sort(compareValues);
  if (values.length > MOST_DAY_COUNTS_VALUES) throw new HoldfastError('AGGREGATION_TOO_LARGE');
  return values.map((value) => {
    const days = dated.filter((hit) => valuesOf(hit, field).includes(value)).map(({ sentAt }) => localDay(sentAt!, timeZone));
    const distinct = [...new Set(days)].sort((left, right) => left - right);
    return {
      value,
      days: Int32Array.from(distinct),
      counts: Uint32Array.from(distinct, (day) => days.filter((one) => one === day).length),
    };
  });
}

function statsOf(hits: readonly Message[], field: FieldName): Stats {
  const numbers = hits
    .flatMap((hit) => valuesOf(hit, field))
    .filter((value) => typeof value === 'number')
    .sort((left, right) => left - right);
  return {
    count: numbers.length,
    min: numbers[0] ?? null,
    max: numbers.at(-1) ?? null,
    sum: numbers.reduce((sum, value) => sum + value, 0),
  };
}
