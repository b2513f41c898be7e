import type { StoredMessage } from '../domain/message.js';
import type { AttachmentState } from '../domain/values.js';
import type { VersionToken } from '../domain/version-token.js';
import type { AggregationRequest, AggregationResult } from '../query/aggregation.js';
import type { FilterNode, Query, TextNode } from '../query/ast.js';
import type { FieldName } from '../query/fields.js';
import type { PageKey, SortOrder } from '../query/page.js';
import type { RankQuestion } from '../query/rank.js';
import type { ViewerScope } from '../query/viewer-scope.js';

export type { VersionToken };

export interface VersionedMessage extends StoredMessage {
  readonly version: VersionToken;
}

export interface SearchRequest {
  readonly query: Query;
  readonly order: SortOrder;
  /** 0 = no page, only totals and aggregations. */
  readonly first: number;
  /** The page begins after this key. */
  readonly after: PageKey | null;
  /** By time only: so many hits up to and including the one at `after` come before the page, and `position` is told. Left out: neither. */
  readonly lookBack?: number;
  /** What relevance is measured by; needed with `order: 'relevance'` only. */
  readonly question: RankQuestion | null;
  readonly wantsTotal: boolean;
  readonly aggregations: AggregationRequest;
  readonly wantsCompleteness: boolean;
  /** Milliseconds until the search is given up with QUERY_TIMEOUT. */
  readonly deadline: number;
}

export interface SearchHit extends StoredMessage {
  /** Pass it as `after` to go on behind this hit. */
  readonly key: PageKey;
  readonly score: number | null;
}

/** All parts come from one snapshot of the archive. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  readonly hasNext: boolean;
  /** How many hits stand before the first of `hits`, or before the place where they would stand; null without `lookBack`. */
  readonly position: number | null;
  /** Exact; null if not asked for. */
  readonly total: number | null;
  readonly aggregations: AggregationResult;
  readonly completeness: EngineCompleteness | null;
}

/** What the engine knows about how complete an answer is, within the query's filter (its text left aside). */
export interface EngineCompleteness {
  readonly engine: string;
  readonly foldVersion: string;
  /** Every message stored up to this change number was searched. */
  readonly watermark: number;
  /** Attachments by state, without those that were searched whole. */
  readonly unsearchedAttachments: Readonly<Partial<Record<AttachmentState, number>>>;
}

/** One line of a term report. */
export interface TermCount {
  readonly hits: number;
  /** Messages that this term hits and no other term of the list does. */
  readonly uniqueHits: number;
  readonly hitsByCustodian: Readonly<Record<string, number>>;
}

/** For ranking: how many messages of the whole archive have each literal. */
export interface LiteralStatistics {
  readonly documentCount: number;
  readonly meanLength: number;
  readonly documentCounts: readonly number[];
  readonly watermark: number;
}

export interface EngineHealth {
  readonly engine: string;
  readonly isReady: boolean;
  readonly messageCount: number;
  readonly watermark: number;
  readonly foldVersion: string;
  /** Why it is not ready, or what it cannot do although it is. */
  readonly problem: string | null;
}

/** A name for a value of a field, e.g. the sender's; null where no message has one. */
export interface ValueLabel {
  readonly value: string;
  readonly label: string | null;
}

/**
 * Everything that reads the archive. Queries hold folded keys; the engine only turns them into its own grams.
 * Errors: QUERY_TIMEOUT, QUERY_TOO_BROAD, AGGREGATION_TOO_LARGE, ENGINE_UNAVAILABLE, INDEX_VERSION_MISMATCH. An answer is exact
 * or an error.
 */
export abstract class SearchEngine {
  abstract search(scope: ViewerScope, request: SearchRequest): Promise<SearchResult>;

  /** Real-time: sees every finished write. Null for ids that are absent or outside the scope. */
  abstract get(scope: ViewerScope, ids: readonly string[]): Promise<readonly (VersionedMessage | null)[]>;

  /** Every hit of one snapshot, in batches, in constant memory. */
  abstract scan(scope: ViewerScope, query: Query, order: 'newest' | 'oldest'): AsyncIterable<readonly StoredMessage[]>;

  /** Exact counts of up to 10,000 texts within one filter, in one snapshot. */
  abstract countTerms(
    scope: ViewerScope, texts: readonly TextNode[], filter: FilterNode, deadline: number,
  ): Promise<readonly TermCount[]>;

  /** How many messages have each folded literal; at most 1,000 literals. */
  abstract literalStatistics(scope: ViewerScope, keys: readonly string[], deadline: number): Promise<LiteralStatistics>;

  /** Names for values of `conversationId`, `senderId`, `participantId` or `custodianId`. */
  abstract labels(scope: ViewerScope, field: FieldName, values: readonly string[]): Promise<readonly ValueLabel[]>;

  abstract health(): Promise<EngineHealth>;

  /** Releases processes and connections. */
  abstract close(): Promise<void>;
}
