import { parseSearchText } from '../analysis/parse-search-text.js';
import { HoldfastError } from '../errors/errors.js';
import { toFilter } from '../filter/to-filter.js';
import { EVERYTHING, TEXT_FIELDS, type FilterNode, type Query, type TextNode } from '../query/ast.js';
import { checkQuery } from '../query/check-query.js';
import type { SortOrder } from '../query/page.js';
import type { SearchParameters } from './search-parameters.js';

/**
 * The query of a search in the search language (match ALL). The viewer's scope is not in it: every engine call takes it
 * as its first argument. Throws what `parseSearchText`, `toFilter` and `checkQuery` throw.
 */
export function buildQuery({ text, textFields, filter }: SearchParameters): Query {
  return checked({ filter: buildFilter(filter), text: parseSearchText(text ?? '', textFields ?? TEXT_FIELDS) });
}

/** The query of a question (match ANY): the messages that hold one of the words. */
export function buildQuestion({ textFields, filter }: SearchParameters, words: readonly string[]): Query {
  const fields = textFields ?? TEXT_FIELDS;
  const nodes = words.map((word): TextNode => ({ kind: 'literal', key: word, source: word, fields }));
  return checked({ filter: buildFilter(filter), text: nodes.length === 1 ? nodes[0]! : { kind: 'or', nodes } });
}

/** The condition that the parameters of a filter describe; none given lets everything through. */
export function buildFilter(filter: SearchParameters['filter']): FilterNode {
  return filter === null || filter === undefined ? EVERYTHING : toFilter(filter);
}

/** The order of the hits. Throws INPUT_INVALID for relevance without anything to be relevant to. */
export function sortOrder({ sort, match }: SearchParameters, text: TextNode | null, rankTermCount: number): SortOrder {
  const order = sort ?? (match === 'any' && text !== null ? 'relevance' : 'newest');
  if (order !== 'relevance' || rankTermCount > 0) return order;
  const reason =
    text === null ? 'RELEVANCE needs a text to measure by' : 'RELEVANCE needs a term that hits contain, not only excluded ones';
  throw new HoldfastError('INPUT_INVALID', `sort: ${reason}. Sort by NEWEST or OLDEST.`, { parameters: ['sort'] });
}

function checked(query: Query): Query {
  checkQuery(query);
  return query;
}
