import type { FieldName } from './fields.js';

/** How many hits have each value of a field, the most frequent first, ties by value. */
export interface FacetRequest {
  readonly field: FieldName;
  /** How many buckets to return; the rest is summed in `otherCount`. */
  readonly first: number;
}

export interface FacetBucket {
  readonly value: string;
  /** A name for people to read: of a person or conversation, from its newest message that has one. */
  readonly label: string | null;
  readonly count: number;
}

/** Exact. A hit with several values counts in several buckets, so buckets may add up to more than the hits. */
export interface Facet {
  readonly field: FieldName;
  readonly buckets: readonly FacetBucket[];
  /** Sum of the counts of all values beyond the returned buckets. */
  readonly otherCount: number;
  /** Hits without any value. */
  readonly missingCount: number;
}

export const HISTOGRAM_INTERVALS = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type HistogramInterval = (typeof HISTOGRAM_INTERVALS)[number];

export interface HistogramRequest {
  readonly interval: HistogramInterval;
  /** IANA name, e.g. `Asia/Macau`; bars start at local midnight (week: Monday) of this zone. */
  readonly timeZone: string;
}

export interface HistogramBar {
  /** UTC milliseconds of the bar's start; null is the bar of undated messages. */
  readonly start: number | null;
  readonly count: number;
}

export interface StatsRequest {
  readonly field: FieldName;
}

/** Over the hits that have a value; null where none has. */
export interface Stats {
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number;
}

/** Fields whose values can be followed from day to day. */
export type DayCountsField = Extract<FieldName, 'senderId' | 'participantId' | 'custodianId' | 'conversationId' | 'source'>;

/** More values than this are refused with AGGREGATION_TOO_LARGE: a filter narrows them. */
export const MOST_DAY_COUNTS_VALUES = 10_000;

export interface DayCountsRequest {
  readonly field: DayCountsField;
  /** IANA name; days begin at local midnight of this zone. */
  readonly timeZone: string;
}

/** On which days the messages with one value were sent. Undated messages are left out. */
export interface DayCounts {
  readonly value: string;
  /** Local days, as days after 1970-01-01 of the calendar there (negative before), ascending; only days that count something. */
  readonly days: Int32Array;
  /** How many messages each of those days has. */
  readonly counts: Uint32Array;
}

export interface AggregationRequest {
  readonly facets: readonly FacetRequest[];
  readonly histograms: readonly HistogramRequest[];
  /** Fields whose distinct values are counted, exactly. */
  readonly distinct: readonly FieldName[];
  readonly stats: readonly StatsRequest[];
  readonly dayCounts: readonly DayCountsRequest[];
}

export interface AggregationResult {
  readonly facets: readonly Facet[];
  /** One for each request, in order; only bars that count something, oldest first, the bar of undated messages last. */
  readonly histograms: readonly (readonly HistogramBar[])[];
  readonly distinct: Readonly<Partial<Record<FieldName, number>>>;
  readonly stats: Readonly<Partial<Record<FieldName, Stats>>>;
  /** One for each request, in order: every value that has a dated message, sorted by value. Exact. */
  readonly dayCounts: readonly (readonly DayCounts[])[];
}

export const NO_AGGREGATION: AggregationRequest = { facets: [], histograms: [], distinct: [], stats: [], dayCounts: [] };
