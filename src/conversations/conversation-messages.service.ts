import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import { Environment } from '../config/env.js';
import type { Message } from '../domain/message.js';
import { SearchEngine, type SearchHit, type SearchResult } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { pageInfoOf } from '../graphql/page-info.model.js';
import { CapturedSequences } from '../ingest/captured-sequences.js';
import { NO_AGGREGATION } from '../query/aggregation.js';
import { fieldValues } from '../query/field-values.js';
import type { PageKey } from '../query/page.js';
import { toMessageModel } from '../search/message.model.js';
import { conversationFilter, cursorWriter, placeIn, readPlace, type ConversationKey } from './conversation-query.js';
import { cutWindow, lookBackOf, type ConversationWindow, type WindowRequest } from './conversation-window.js';
import type { ConversationMessageConnection, ConversationMessageEdge, ConversationPlace, MessageContext } from './conversation.model.js';
import { gapBetween, mayHaveGap } from './gap-before.js';

export interface MessagesParameters {
  /** A message id. At most one of the three is given. */
  readonly around?: string | null;
  readonly before?: string | null;
  readonly after?: string | null;
  readonly first: number;
}

type WriteCursor = ReturnType<typeof cursorWriter>;

const MESSAGE_ID = /^[0-9a-f]{32}$/;
/** A message that an import gives another time moves away between two calls; seldom, so few tries are enough. */
const ATTEMPTS = 5;

/**
 * Reads conversations message by message, in the order (sentAt, id), undated messages after all dated ones. Cursors are places
 * in that order, so they outlast imports and restarts, and lead on both ways without gaps or repeats.
 */
@Injectable()
export class ConversationMessagesService {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(CapturedSequences) private readonly captured: CapturedSequences,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
    @Inject(Environment) private readonly environment: Environment,
  ) {}

  /**
   * One page. `wantsGaps`: whether gaps in the streams are looked up. Throws NOT_FOUND for a message of another conversation,
   * CURSOR_INVALID for a cursor of another one, INPUT_INVALID, AUDIT_UNAVAILABLE and the engine's errors.
   */
  page(
    viewer: Viewer,
    conversation: ConversationKey,
    parameters: MessagesParameters,
    wantsGaps: boolean,
  ): Promise<ConversationMessageConnection> {
    return this.refusals.watch(viewer.name, async () => {
      const { around = null, before = null, after = null, first } = parameters;
      if ([around, before, after].filter((given) => given !== null).length > 1) {
        throw new HoldfastError('INPUT_INVALID', 'Give one of around, before and after.', { parameters: ['around', 'before', 'after'] });
      }
      if (around !== null) return this.pageAround(viewer, conversation, around, first, wantsGaps);
      const cursor = before ?? after;
      const key = cursor === null ? null : readPlace(viewer.scope, conversation, cursor);
      const request = { key, before: before === null ? 0 : first, isKeyWanted: false, after: before === null ? first : 0 };
      const window = await this.auditedWindow(viewer, conversation, request, null);
      return this.toConnection(window, null, wantsGaps, cursorWriter(viewer.scope, conversation));
    });
  }

  /** A message with its neighbors in its identity space; null when there is none that the viewer may see. Throws as `page` does. */
  context(viewer: Viewer, id: string, before: number, after: number, wantsGaps: boolean): Promise<MessageContext | null> {
    return this.refusals.watch(viewer.name, async () => {
      const found = await this.windowAround(viewer, id, null, before, after);
      if (found === null) return null;
      await this.audit.append({ kind: 'message_opened', viewer: viewer.name, messageId: id });
      const edges = await this.toEdges(found.window, wantsGaps, cursorWriter(viewer.scope, found.conversation));
      const middle = edges.findIndex((edge) => edge.message.id === id);
      return {
        conversationId: found.conversation.id,
        messageCount: found.window.totalCount,
        before: edges.slice(0, middle),
        edge: edges[middle]!,
        after: edges.slice(middle + 1),
      };
    });
  }

  /** Where a message stands in its conversation; null when it is gone. Tells no content, so the audit is left out. */
  async place(viewer: Viewer, message: Message): Promise<ConversationPlace | null> {
    const conversation = conversationOf(message);
    const place = placeIn(viewer.scope, conversation, message);
    const { position, total } = await this.search(viewer, conversation, place, 0, 0);
    return total === 0 ? null : { ordinal: position!, messageCount: total! };
  }

  private async pageAround(
    viewer: Viewer,
    conversation: ConversationKey,
    around: string,
    first: number,
    wantsGaps: boolean,
  ): Promise<ConversationMessageConnection> {
    const before = Math.floor((first - 1) / 2);
    const found = await this.windowAround(viewer, around, conversation, before, first - 1 - before);
    if (found === null) throw new HoldfastError('NOT_FOUND');
    return this.toConnection(found.window, around, wantsGaps, cursorWriter(viewer.scope, conversation));
  }

  /** Null when the message is not there, or in another conversation than `within`. */
  private async windowAround(
    viewer: Viewer,
    id: string,
    within: ConversationKey | null,
    before: number,
    after: number,
  ): Promise<{ readonly conversation: ConversationKey; readonly window: ConversationWindow } | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const [stored] = MESSAGE_ID.test(id) ? await this.engine.get(viewer.scope, [id]) : [];
      if (!stored) return null;
      const own = conversationOf(stored.message);
      if (within !== null && !isWithin(own, within)) return null;
      const conversation = within ?? own;
      const key = placeIn(viewer.scope, conversation, stored.message);
      const window = await this.auditedWindow(viewer, conversation, { key, before, isKeyWanted: true, after }, id);
      if (window.hits.some((hit) => hit.message.id === id)) return { conversation, window };
    }
    return null;
  }

  /** What is not in the audit is not shown; both take their time at the same time. */
  private async auditedWindow(
    viewer: Viewer,
    conversation: ConversationKey,
    request: WindowRequest,
    messageId: string | null,
  ): Promise<ConversationWindow> {
    const [result] = await Promise.all([
      this.search(viewer, conversation, request.key, lookBackOf(request), request.after),
      this.audit.append({
        kind: 'search',
        viewer: viewer.name,
        operation: 'conversation',
        textHash: null,
        filterFields: ['conversationIds'],
        hitCount: null,
        order: 'oldest',
        ...(messageId !== null && { messageId }),
      }),
    ]);
    return cutWindow(result, request);
  }

  private search(
    viewer: Viewer,
    conversation: ConversationKey,
    after: PageKey | null,
    lookBack: number,
    first: number,
  ): Promise<SearchResult> {
    return this.engine.search(viewer.scope, {
      query: { filter: conversationFilter(conversation), text: null },
      order: 'oldest',
      first,
      after,
      lookBack,
      question: null,
      wantsTotal: true,
      aggregations: NO_AGGREGATION,
      wantsCompleteness: false,
      deadline: this.environment.HOLDFAST_SEARCH_TIMEOUT_MS,
    });
  }

  private async toConnection(
    window: ConversationWindow,
    around: string | null,
    wantsGaps: boolean,
    writeCursor: WriteCursor,
  ): Promise<ConversationMessageConnection> {
    const edges = await this.toEdges(window, wantsGaps, writeCursor);
    return {
      totalCount: window.totalCount,
      aroundOrdinal: edges.find((edge) => edge.message.id === around)?.ordinal ?? null,
      edges,
      pageInfo: pageInfoOf(edges, window.firstOrdinal - 1 + edges.length < window.totalCount, window.firstOrdinal > 1),
    };
  }

  private async toEdges(
    { hits, previous, firstOrdinal }: ConversationWindow,
    wantsGaps: boolean,
    writeCursor: WriteCursor,
  ): Promise<ConversationMessageEdge[]> {
    const gaps = wantsGaps ? await this.gaps(hits, previous) : [];
    return hits.map((hit, index) => ({
      cursor: writeCursor(hit.key),
      ordinal: firstOrdinal + index,
      isOrphanRecall: fieldValues(hit.message).isOrphanRecall,
      gapBefore: gaps[index] ?? null,
      message: toMessageModel(hit),
    }));
  }

  private async gaps(hits: readonly SearchHit[], previous: SearchHit | null): Promise<(number | null)[]> {
    const neighbors = hits.map((hit, index) => ({ message: hit.message, before: (hits[index - 1] ?? previous)?.message ?? null }));
    const isOpen = neighbors.some(({ message, before }) => before !== null && mayHaveGap(before, message));
    const sources = new Set(isOpen ? hits.flatMap(({ message }) => message.sources.map(({ source }) => source)) : []);
    const captured = await this.captured.of(sources);
    return neighbors.map(({ message, before }) => (before === null ? null : gapBetween(before, message, captured)));
  }
}

function conversationOf(message: Message): ConversationKey & { readonly identitySpace: string } {
  const { conversationId, identitySpace } = fieldValues(message);
  return { id: conversationId, identitySpace };
}

function isWithin(own: ConversationKey, { id, identitySpace }: ConversationKey): boolean {
  return own.id === id && (identitySpace === null || own.identitySpace === identitySpace);
}
