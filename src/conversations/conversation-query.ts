import type { SortKey } from '../domain/compare-messages.js';
import { allOf, type FilterNode } from '../query/ast.js';
import type { PageKey } from '../query/page.js';
import { queryHash } from '../query/query-hash.js';
import type { ViewerScope } from '../query/viewer-scope.js';

/** The messages of one conversation. */
export function conversationFilter(id: string): FilterNode {
  return { kind: 'terms', field: 'conversationId', values: [id] };
}

/** The place of a message in a list that begins with the oldest, as if a page of this viewer had ended with it. */
export function placeIn(scope: ViewerScope, filter: FilterNode, { id, sentAt }: SortKey): PageKey {
  const hash = queryHash({ filter: allOf([scope.filter, filter]), text: null }, 'oldest');
  return { order: 'oldest', queryHash: hash, id, sentAt, score: null, ranking: null };
}
