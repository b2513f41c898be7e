import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import type { SearchEvent } from '../audit/audit-event.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import { Environment } from '../config/env.js';
import { CONVERSATION_KINDS, type ConversationKind } from '../domain/values.js';
import { SearchEngine, type SearchResult } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { pageInfoOf } from '../graphql/page-info.model.js';
import { NO_AGGREGATION, type AggregationRequest, type FacetBucket } from '../query/aggregation.js';
import { allOf } from '../query/ast.js';
import type { PageKey } from '../query/page.js';
import { ViewerScope } from '../query/viewer-scope.js';
import { ParticipantCollector, type KnownParticipant } from './collect-participants.js';
import { conversationFilter, identitySpaceFilter, type ConversationKey } from './conversation-query.js';
import type { ConversationDetails, ConversationParticipantConnection } from './conversation.model.js';
import { readRowCursor, writeRowCursor } from './row-cursor.js';

/** Messages read at a time for the participants. */
const MESSAGES_A_READ = 500;
/** Identity spaces that are named when a conversation stands in several. */
const SPACES_TOLD = 20;

/** Tells what a conversation is and who belongs to it. */
@Injectable()
export class ConversationService {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
    @Inject(Environment) private readonly environment: Environment,
  ) {}

  /**
   * Null when it has no message that the viewer may see. Throws CONVERSATION_AMBIGUOUS when no identity space was named and the id
   * stands in several, AUDIT_UNAVAILABLE and the engine's errors.
   */
  find(viewer: Viewer, conversation: ConversationKey): Promise<ConversationDetails | null> {
    return this.refusals.watch(viewer.name, async () => {
      const wanted: Partial<AggregationRequest> = {
        facets: [
          { field: 'conversationKind', first: CONVERSATION_KINDS.length },
          { field: 'identitySpace', first: SPACES_TOLD },
          // its label is the name
          { field: 'conversationId', first: 1 },
        ],
        stats: [{ field: 'sentAt' }],
      };
      const ofId = { id: conversation.id, identitySpace: null };
      const [{ total, aggregations }] = await Promise.all([
        this.search(scopeOf(viewer, conversation), ofId, wanted, 0, null, this.environment.HOLDFAST_SEARCH_TIMEOUT_MS),
        this.audit.append(eventOf(viewer)),
      ]);
      if (total === 0) return null;
      const [kinds, spaces, names] = aggregations.facets;
      const identitySpaces = spaces!.buckets.map(({ value }) => value);
      if (identitySpaces.length > 1) throw new HoldfastError('CONVERSATION_AMBIGUOUS', '', { identitySpaces: identitySpaces.sort() });
      return {
        id: conversation.id,
        identitySpace: identitySpaces[0]!,
        name: names!.buckets[0]!.label,
        kind: prevailingKind(kinds!.buckets),
        messageCount: total!,
        firstSentAt: aggregations.stats.sentAt!.min,
        lastSentAt: aggregations.stats.sentAt!.max,
      };
    });
  }

  /**
   * Reads every message of the conversation, since names and evidence stand in the messages only. Throws CURSOR_INVALID,
   * QUERY_TIMEOUT when the reading takes longer than a search may, AUDIT_UNAVAILABLE and the engine's errors.
   */
  participants(
    viewer: Viewer,
    conversation: ConversationKey,
    first: number,
    after: string | null,
  ): Promise<ConversationParticipantConnection> {
    return this.refusals.watch(viewer.name, async () => {
      const from = readRowCursor(after);
      const [people] = await Promise.all([this.collect(viewer, conversation), this.audit.append(eventOf(viewer))]);
      const edges = people.slice(from, from + first).map((node, index) => ({ cursor: writeRowCursor(from + index + 1), node }));
      return {
        totalCount: people.length,
        edges,
        pageInfo: pageInfoOf(edges, from + first < people.length, from > 0),
      };
    });
  }

  private async collect(viewer: Viewer, conversation: ConversationKey): Promise<KnownParticipant[]> {
    const end = performance.now() + this.environment.HOLDFAST_SEARCH_TIMEOUT_MS;
    const collector = new ParticipantCollector();
    for (let after: PageKey | null = null; ;) {
      const left = Math.floor(end - performance.now());
      if (left <= 0) throw new HoldfastError('QUERY_TIMEOUT');
      const { hits, hasNext }: SearchResult = await this.search(viewer.scope, conversation, {}, MESSAGES_A_READ, after, left);
      for (const { message } of hits) collector.add(message);
      if (!hasNext) return collector.build();
      after = hits.at(-1)!.key;
    }
  }

  private search(
    scope: ViewerScope,
    conversation: ConversationKey,
    wanted: Partial<AggregationRequest>,
    first: number,
    after: PageKey | null,
    deadline: number,
  ): Promise<SearchResult> {
    return this.engine.search(scope, {
      query: { filter: conversationFilter(conversation), text: null },
      order: 'oldest',
      first,
      after,
      question: null,
      wantsTotal: first === 0,
      aggregations: { ...NO_AGGREGATION, ...wanted },
      wantsCompleteness: false,
      deadline,
    });
  }
}

/** Within it, a name comes from messages of the same identity space. */
function scopeOf({ scope, name }: Viewer, { identitySpace }: ConversationKey): ViewerScope {
  return identitySpace === null ? scope : ViewerScope.only(name, allOf([scope.filter, identitySpaceFilter(identitySpace)]));
}

/** Most messages decide; one that says anything beats any number that do not. */
function prevailingKind(buckets: readonly FacetBucket[]): ConversationKind {
  return (buckets.find(({ value }) => value !== 'unknown')?.value ?? 'unknown') as ConversationKind;
}

function eventOf(viewer: Viewer): SearchEvent {
  return {
    kind: 'search',
    viewer: viewer.name,
    operation: 'conversation',
    textHash: null,
    filterFields: ['conversationIds'],
    hitCount: null,
    order: null,
  };
}
