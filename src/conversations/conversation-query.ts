import type { SortKey } from '../domain/compare-messages.js';
import { HoldfastError } from '../errors/errors.js';
import { allOf, type FilterNode } from '../query/ast.js';
import { decodeCursor, encodeCursor, type PageKey } from '../query/page.js';
import { queryHash } from '../query/query-hash.js';
import type { ViewerScope } from '../query/viewer-scope.js';

/** Which conversation is meant. Ids are unique within an identity space only. */
export interface ConversationKey {
  readonly id: string;
  /** Null: not named, since the id stands in one identity space only. */
  readonly identitySpace: string | null;
}

/** The messages of one conversation. */
export function conversationFilter({ id, identitySpace }: ConversationKey): FilterNode {
  const ofId: FilterNode = { kind: 'terms', field: 'conversationId', values: [id] };
  return identitySpace === null ? ofId : allOf([ofId, identitySpaceFilter(identitySpace)]);
}

/** The messages of one identity space. */
export function identitySpaceFilter(identitySpace: string): FilterNode {
  return { kind: 'terms', field: 'identitySpace', values: [identitySpace] };
}

/** The place of a message in a conversation that begins with the oldest, as if a page of this viewer had ended with it. */
export function placeIn(scope: ViewerScope, conversation: ConversationKey, { id, sentAt }: SortKey): PageKey {
  return { order: 'oldest', queryHash: hashOf(scope, conversation), id, sentAt, score: null, ranking: null };
}

/** Writes cursors of a conversation: the same whether its identity space was named or not, so each way to read it goes on from any other. */
export function cursorWriter(scope: ViewerScope, { id }: ConversationKey): (key: SortKey) => string {
  const hash = hashOf(scope, { id, identitySpace: null });
  return ({ id: message, sentAt }) => encodeCursor({ order: 'oldest', queryHash: hash, id: message, sentAt, score: null, ranking: null });
}

/** The place that a cursor of the conversation tells. Throws CURSOR_INVALID for one of another conversation. */
export function readPlace(scope: ViewerScope, conversation: ConversationKey, cursor: string): PageKey {
  const key = decodeCursor(cursor);
  const isOwn = key?.order === 'oldest' && key.queryHash === hashOf(scope, { id: conversation.id, identitySpace: null });
  if (!isOwn) throw new HoldfastError('CURSOR_INVALID');
  return placeIn(scope, conversation, key);
}

function hashOf(scope: ViewerScope, conversation: ConversationKey): string {
  return queryHash({ filter: allOf([scope.filter, conversationFilter(conversation)]), text: null }, 'oldest');
}
