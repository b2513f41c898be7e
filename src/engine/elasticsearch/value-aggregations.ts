import type { Facet, FacetRequest, Stats, StatsRequest } from '../../query/aggregation.js';
import { compareValues } from '../../query/compare-values.js';
import type { FieldName } from '../../query/fields.js';
import type { AggregationPart } from './aggregation-part.js';
import { compositeOf, compositePages, type CompositeAnswer, type CompositeSource } from './composite-pages.js';

/** Facets of more buckets than this are counted value by value. */
const MOST_BUCKETS = 10_000;
/** With several shards each is asked for so many buckets more: the counts are exact when no shard has others. */
const SHARD_RESERVE = 1_000;
/** Values counted in the search for the page. */
const DISTINCT_AT_ONCE = 10_000;

interface Counted {
  readonly doc_count: number;
}

interface TermsAnswer {
  readonly doc_count_error_upper_bound: number;
  readonly sum_other_doc_count: number;
  readonly buckets: readonly { readonly key: string | number; readonly key_as_string?: string; readonly doc_count: number }[];
}

/** A facet, exactly: from the most frequent buckets where Elasticsearch vouches for them, else from all values. */
export function facetPart({ field, first }: FacetRequest): AggregationPart<Facet> {
  const isLong = first > MOST_BUCKETS;
  // At least one: Elasticsearch knows no facet without buckets, but adds up the others.
  const size = Math.max(first, 1);
  const isExact = (answer: TermsAnswer): boolean => answer.doc_count_error_upper_bound === 0;
  return {
    body: {
      missing: { missing: { field } },
      ...(!isLong && { values: { terms: { field, size, shard_size: size + SHARD_RESERVE } } }),
    },
    needsMore: isLong,
    isWhole: ({ values }) => !isLong && isExact(values as TermsAnswer),
    async read({ values, missing }, more) {
      const missingCount = (missing as Counted).doc_count;
      if (!isLong && isExact(values as TermsAnswer)) return { ...readTerms(field, first, values as TermsAnswer), missingCount };
      const counts: (readonly [string, number])[] = [];
      for await (const page of compositePages(more, valuesOf(field))) {
        for (const { key, doc_count: count } of page) counts.push([String(key['value']), count]);
      }
      counts.sort(([leftValue, left], [rightValue, right]) => right - left || compareValues(leftValue, rightValue));
      return { ...facetOf(field, first, counts, 0), missingCount };
    },
  };
}

function readTerms(field: FieldName, first: number, { buckets, sum_other_doc_count: others }: TermsAnswer): Omit<Facet, 'missingCount'> {
  const counts = buckets.map(({ key, key_as_string: text, doc_count: count }) => [text ?? String(key), count] as const);
  return facetOf(field, first, counts, others);
}

function facetOf(
  field: FieldName, first: number, counts: readonly (readonly [string, number])[], others: number,
): Omit<Facet, 'missingCount'> {
  return {
    field,
    buckets: counts.slice(0, first).map(([value, count]) => ({ value, label: null, count })),
    otherCount: counts.slice(first).reduce((sum, [, count]) => sum + count, others),
  };
}

/** How many values a field has among the hits: counted one by one. `fieldCount`: fields that share the answer's buckets. */
export function distinctPart(field: FieldName, fieldCount: number): AggregationPart<number> {
  if (field === 'id') return idPart();
  const size = Math.floor(DISTINCT_AT_ONCE / fieldCount);
  const isLast = (page: CompositeAnswer): boolean => page.buckets.length < size || page.after_key === undefined;
  return {
    body: { values: compositeOf(valuesOf(field), size) },
    needsMore: false,
    isWhole: ({ values }) => isLast(values as CompositeAnswer),
    async read({ values }, more) {
      const begun = values as CompositeAnswer;
      let count = begun.buckets.length;
      if (isLast(begun)) return count;
      for await (const page of compositePages(more, valuesOf(field), begun.after_key)) count += page.length;
      return count;
    },
  };
}

/** Every message has an id of its own. */
function idPart(): AggregationPart<number> {
  return {
    body: { hits: { filter: { match_all: {} } } },
    needsMore: false,
    isWhole: () => true,
    read: ({ hits }) => Promise.resolve((hits as Counted).doc_count),
  };
}

/** Count, least, largest and sum of a date or number. */
export function statsPart({ field }: StatsRequest): AggregationPart<Stats> {
  return {
    body: { stats: { stats: { field } } },
    needsMore: false,
    isWhole: () => true,
    read({ stats }) {
      const { count, min, max, sum } = stats as Stats;
      return Promise.resolve({ count, min, max, sum });
    },
  };
}

function valuesOf(field: FieldName): readonly CompositeSource[] {
  return [{ value: { terms: { field } } }];
}
