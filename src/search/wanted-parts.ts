import type { GraphQLResolveInfo } from 'graphql';
import { HoldfastError } from '../errors/errors.js';
import type { FacetRequest, HistogramInterval, HistogramRequest } from '../query/aggregation.js';
import type { FieldName } from '../query/fields.js';
import { readSelection, type SelectedField } from '../graphql/read-selection.js';
import { isTimeZone } from '../graphql/time-zone.js';
import type { WantedParts } from './search-parameters.js';
import { PAGE_LIMIT } from '../graphql/page-arguments.js';

/** Facets and histograms that one search may ask for, under all aliases together. */
const FACETS_LIMIT = 40;
const HISTOGRAMS_LIMIT = 10;

/**
 * What the engine must be asked for so that every selected field can be answered from one call. Throws INPUT_INVALID
 * for arguments of `facets` and `histogram` that make no sense.
 */
export function wantedParts(info: GraphQLResolveInfo): WantedParts {
  const fields = readSelection(info);
  const edges = fields.filter((field) => field.name === 'edges');
  return {
    page: edges.length > 0 || fields.some((field) => field.name === 'pageInfo'),
    highlights: edges.some((field) => field.below().some((part) => part.name === 'highlights')),
    totalCount: fields.some((field) => field.name === 'totalCount'),
    completeness: fields.some((field) => field.name === 'completeness'),
    aggregations: { facets: facetsOf(fields), histograms: histogramsOf(fields), distinct: [], stats: [], dayCounts: [] },
  };
}

/** Each field once, with the largest `first` that any alias gives it. */
function facetsOf(fields: readonly SelectedField[]): FacetRequest[] {
  const firsts = new Map<FieldName, number>();
  for (const { values } of fields.filter((field) => field.name === 'facets')) {
    const first = values['first'] as number;
    if (first < 0 || first > PAGE_LIMIT) throw invalid('first', `facets(first) is a number from 0 to ${PAGE_LIMIT}`);
    for (const field of values['fields'] as FieldName[]) firsts.set(field, Math.max(first, firsts.get(field) ?? 0));
  }
  if (firsts.size > FACETS_LIMIT) throw invalid('fields', `at most ${FACETS_LIMIT} facets`);
  return [...firsts].map(([field, first]) => ({ field, first }));
}

function histogramsOf(fields: readonly SelectedField[]): HistogramRequest[] {
  const histograms = new Map<string, HistogramRequest>();
  for (const { values } of fields.filter((field) => field.name === 'histogram')) {
    const histogram = { interval: values['interval'] as HistogramInterval, timeZone: values['timeZone'] as string };
    if (!isTimeZone(histogram.timeZone)) throw invalid('timeZone', 'histogram(timeZone) is an IANA name, e.g. Asia/Macau');
    histograms.set(JSON.stringify(histogram), histogram);
  }
  if (histograms.size > HISTOGRAMS_LIMIT) throw invalid('histogram', `at most ${HISTOGRAMS_LIMIT} histograms`);
  return [...histograms.values()];
}

function invalid(parameter: string, reason: string): HoldfastError {
  return new HoldfastError('INPUT_INVALID', `${reason}.`, { parameters: [parameter] });
}
