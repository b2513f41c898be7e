import type { GraphqlClient } from './graphql-client.js';
import type { BenchSearch } from './literals.js';

/** What a result list on a screen needs: a page of 20 with its highlights, and the total. */
export const PAGE_QUERY = `query Page($input: SearchInput!) {
  search(input: $input) {
    totalCount
    edges {
      cursor
      message { id conversationId conversationName senderId senderName sentAt kind text }
      highlights { field attachmentId snippet spans { start end } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const PAGE_SIZE = 20;

/** How one search went. `hits` is null where the server refused it with `code`. */
export interface SearchOutcome {
  readonly search: BenchSearch;
  readonly hits: number | null;
  readonly milliseconds: number;
  readonly code: string | null;
}

/** The variable of `PAGE_QUERY`. */
export function pageInput(search: BenchSearch, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { text: search.text, first: PAGE_SIZE, ...(search.filter === undefined ? {} : { filter: search.filter }), ...more };
}

/** Runs one search over HTTP. Refusals are outcomes too; an answer that contradicts itself is thrown. */
export async function runSearch(
  client: GraphqlClient,
  search: BenchSearch,
  more: Readonly<Record<string, unknown>> = {},
): Promise<SearchOutcome> {
  const answer = await client.ask(PAGE_QUERY, { input: pageInput(search, more) });
  if (answer.data === null) {
    return {
      search,
      hits: null,
      milliseconds: answer.milliseconds,
      code: answer.errors[0]?.extensions?.code ?? answer.errors[0]?.message ?? 'UNKNOWN',
    };
  }
  const { totalCount, edges } = answer.data['search'] as { totalCount: number; edges: { highlights: unknown[] }[] };
  if (edges.length !== Math.min(totalCount, PAGE_SIZE)) throw new Error(`a total of ${totalCount} with a page of ${edges.length}`);
  if (edges.some((edge) => edge.highlights.length === 0)) throw new Error('a hit without a highlight');
  return { search, hits: totalCount, milliseconds: answer.milliseconds, code: null };
}
