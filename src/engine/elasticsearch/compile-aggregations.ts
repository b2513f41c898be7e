import type { AggregationRequest, AggregationResult } from '../../query/aggregation.js';
import type { AggregationBody, AggregationPart, PartAnswer } from './aggregation-part.js';
import type { Answer } from './cluster.js';
import type { MoreSearches } from './composite-pages.js';
import { dayCountsPart, histogramPart } from './time-aggregations.js';
import { distinctPart, facetPart, statsPart } from './value-aggregations.js';

/** Between the name of a part and the names of its own aggregations. */
const SEPARATOR = '.';

/** All aggregations of a request: what of them goes into the search for the page, and how its answer is read. */
export class CompiledAggregations {
  private readonly facets;
  private readonly histograms;
  private readonly distinct;
  private readonly stats;
  private readonly dayCounts;
  private readonly parts: ReadonlyMap<string, AggregationPart<unknown>>;

  constructor(private readonly request: AggregationRequest) {
    const distinctFields = [...new Set(request.distinct)];
    this.facets = named('facet', request.facets.map(facetPart));
    this.histograms = named('histogram', request.histograms.map(histogramPart));
    this.distinct = named('distinct', distinctFields.map((field) => distinctPart(field, distinctFields.length)));
    this.stats = named('stats', request.stats.map(statsPart));
    this.dayCounts = named('days', request.dayCounts.map(dayCountsPart));
    this.parts = new Map<string, AggregationPart<unknown>>([
      ...this.facets, ...this.histograms, ...this.distinct, ...this.stats, ...this.dayCounts,
    ]);
  }

  get isEmpty(): boolean {
    return this.parts.size === 0;
  }

  /** Known beforehand: further searches follow, so all had better be in one snapshot. */
  get needsMore(): boolean {
    return [...this.parts.values()].some((part) => part.needsMore);
  }

  /** The `aggs` of the search for the page. */
  get body(): Record<string, AggregationBody> {
    const entries = [...this.parts].flatMap(([name, part]) =>
      Object.entries(part.body).map(([own, body]) => [name + SEPARATOR + own, body] as const),
    );
    return Object.fromEntries(entries);
  }

  /** Whether `read` needs no further searches. */
  isWhole(answer: Answer): boolean {
    return [...this.parts].every(([name, part]) => part.isWhole(ownAnswer(name, part, answer)));
  }

  /** The result, without labels. `more`: searches of the state that the answer is of. Throws AGGREGATION_TOO_LARGE. */
  async read(answer: Answer, more: MoreSearches): Promise<AggregationResult> {
    const readAll = <Value>(parts: ReadonlyMap<string, AggregationPart<Value>>): Promise<Value[]> =>
      Promise.all([...parts].map(([name, part]) => part.read(ownAnswer(name, part, answer), more)));
    const { request } = this;
    const distinct = await readAll(this.distinct);
    const stats = await readAll(this.stats);
    return {
      facets: await readAll(this.facets),
      histograms: await readAll(this.histograms),
      distinct: Object.fromEntries([...new Set(request.distinct)].map((field, index) => [field, distinct[index]!])),
      stats: Object.fromEntries(request.stats.map(({ field }, index) => [field, stats[index]!])),
      dayCounts: await readAll(this.dayCounts),
    };
  }
}

function named<Value>(kind: string, parts: readonly AggregationPart<Value>[]): ReadonlyMap<string, AggregationPart<Value>> {
  return new Map(parts.map((part, index) => [`${kind}${index}`, part]));
}

function ownAnswer(name: string, { body }: AggregationPart<unknown>, { aggregations }: Answer): PartAnswer {
  return Object.fromEntries(Object.keys(body).map((own) => [own, aggregations![name + SEPARATOR + own]]));
}
