import { FOLD_VERSION } from '../../src/analysis/fold.js';
import { foldMessage } from '../../src/analysis/index-text.js';
import { literalsQuestion, TextScorer } from '../../src/query/rank.js';
import { compareNewestFirst, compareOldestFirst } from '../../src/domain/compare-messages.js';
import type { Message, RawRecord, StoredMessage } from '../../src/domain/message.js';
import type { AttachmentState } from '../../src/domain/values.js';
import {
  SearchEngine,
  type EngineCompleteness,
  type EngineHealth,
  type LiteralStatistics,
  type SearchHit,
  type SearchRequest,
  type SearchResult,
  type TermCount,
  type ValueLabel,
  type VersionedMessage,
} from '../../src/engine/search-engine.js';
import { HoldfastError } from '../../src/errors/errors.js';
import { allOf, type FilterNode, type Query, type TextNode } from '../../src/query/ast.js';
import { fieldValues } from '../../src/query/field-values.js';
import type { FieldName } from '../../src/query/fields.js';
import type { FoldedText } from '../../src/query/folded-text.js';
import { matches, matchesFilter } from '../../src/query/matches.js';
import type { PageKey, RankingStatistics } from '../../src/query/page.js';
import { queryHash } from '../../src/query/query-hash.js';
import type { ViewerScope } from '../../src/query/viewer-scope.js';
import { aggregateMessages, countByFrequency } from './memory-aggregations.js';

interface Entry {
  readonly stored: VersionedMessage;
  readonly folded: FoldedText;
  readonly change: number;
}

/**
 * The whole contract of an engine over an array, by `matches.ts` and plain loops. No index: an answer is right when a
 * walk over every message says so. For tests of what stands above an engine, and as the other opinion in contract tests.
 */
export class MemorySearchEngine extends SearchEngine {
  /** How many calls of each method there were. */
  readonly calls: Partial<Record<'search' | 'get' | 'countTerms' | 'literalStatistics' | 'scan' | 'labels', number>> = {};
  private readonly entries = new Map<string, Entry>();
  private change = 0;
  private failure: Error | null = null;

  static of(messages: readonly Message[]): MemorySearchEngine {
    const engine = new MemorySearchEngine();
    messages.forEach((message) => engine.put(message));
    return engine;
  }

  /** Stores a message, or replaces the one of the same id. */
  put(message: Message, raws: readonly RawRecord[] = []): void {
    this.change += 1;
    this.entries.set(message.id, {
      stored: { message, raws, version: `memory-${this.change}` },
      folded: foldMessage(message),
      change: this.change,
    });
  }

  /** The next call throws this. */
  failNext(error: Error): void {
    this.failure = error;
  }

  override async search(scope: ViewerScope, request: SearchRequest): Promise<SearchResult> {
    this.called('search');
    const query = scoped(scope, request.query);
    const hash = queryHash(query, request.order);
    if (request.after !== null && (request.after.queryHash !== hash || request.after.order !== request.order))
      throw new HoldfastError('CURSOR_INVALID');
    const hits = this.hits(query);
    const ranked = request.order === 'relevance' ? this.rank(hits, request) : this.sortByTime(hits, request.order);
    const rest = ranked.hits.filter((hit) => request.after === null || ranked.isBehind(hit, request.after));
    const upToKey = ranked.hits.length - rest.length;
    const position = request.lookBack === undefined ? null : Math.max(0, upToKey - request.lookBack);
    const before = position === null ? [] : ranked.hits.slice(position, upToKey);
    return {
      hits: [...before, ...rest.slice(0, request.first)].map(({ entry, score }) => this.toHit(entry, score, request, hash, ranked.ranking)),
      hasNext: rest.length > request.first,
      position,
      total: request.wantsTotal ? hits.length : null,
      aggregations: aggregateMessages(
        hits.map((entry) => entry.stored.message),
        request.aggregations,
        (field, value) => this.labelOf(scope, field, value),
      ),
      completeness: request.wantsCompleteness ? this.completeness({ ...query, text: null }) : null,
    };
  }

  override async get(scope: ViewerScope, ids: readonly string[]): Promise<readonly (VersionedMessage | null)[]> {
    this.called('get');
    return ids.map((id) => {
      const entry = this.entries.get(id);
      return entry !== undefined && matchesFilter(scope.filter, fieldValues(entry.stored.message)) ? entry.stored : null;
    });
  }

  override async *scan(scope: ViewerScope, query: Query, order: 'newest' | 'oldest'): AsyncIterable<readonly StoredMessage[]> {
    this.called('scan');
    const { hits } = this.sortByTime(this.hits(scoped(scope, query)), order);
    for (let index = 0; index < hits.length; index += 100) yield hits.slice(index, index + 100).map((hit) => hit.entry.stored);
  }

  override async countTerms(scope: ViewerScope, texts: readonly TextNode[], filter: FilterNode): Promise<readonly TermCount[]> {
    this.called('countTerms');
    const hitsOfTexts = texts.map((text) => this.hits(scoped(scope, { filter, text })));
    const termsOfEntry = new Map<Entry, number>();
    for (const entry of hitsOfTexts.flat()) termsOfEntry.set(entry, (termsOfEntry.get(entry) ?? 0) + 1);
    return hitsOfTexts.map((hits) => ({
      hits: hits.length,
      uniqueHits: hits.filter((entry) => termsOfEntry.get(entry) === 1).length,
      hitsByCustodian: Object.fromEntries(countByFrequency(hits.flatMap((entry) => [...fieldValues(entry.stored.message).custodianId]))),
    }));
  }

  override async literalStatistics(_scope: ViewerScope, keys: readonly string[]): Promise<LiteralStatistics> {
    this.called('literalStatistics');
    const bodies = [...this.entries.values()].map((entry) => entry.folded.body);
    return {
      documentCount: bodies.length,
      meanLength: bodies.length === 0 ? 0 : bodies.reduce((sum, body) => sum + [...body].length, 0) / bodies.length,
      documentCounts: keys.map((key) => bodies.filter((body) => body.includes(key)).length),
      watermark: this.change,
    };
  }

  override async labels(scope: ViewerScope, field: FieldName, values: readonly string[]): Promise<readonly ValueLabel[]> {
    this.called('labels');
    return values.map((value) => ({ value, label: this.labelOf(scope, field, value) }));
  }

  override async health(): Promise<EngineHealth> {
    return {
      engine: 'memory',
      isReady: true,
      messageCount: this.entries.size,
      watermark: this.change,
      foldVersion: FOLD_VERSION,
      problem: null,
    };
  }

  override async close(): Promise<void> {}

  private called(method: keyof MemorySearchEngine['calls']): void {
    this.calls[method] = (this.calls[method] ?? 0) + 1;
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
  }

  private hits(query: Query): Entry[] {
    return [...this.entries.values()].filter((entry) =>
      matches(query, { values: fieldValues(entry.stored.message), folded: entry.folded }),
    );
  }

  private sortByTime(entries: readonly Entry[], order: 'newest' | 'oldest'): RankedHits {
    const compare = order === 'newest' ? compareNewestFirst : compareOldestFirst;
    return {
      hits: [...entries].sort((left, right) => compare(left.stored.message, right.stored.message)).map((entry) => ({ entry, score: null })),
      isBehind: ({ entry }, key) => compare(entry.stored.message, key) > 0,
      ranking: null,
    };
  }

  /** Every hit is scored, over the statistics of the cursor, or of now. */
  private rank(entries: readonly Entry[], { question, after }: SearchRequest): RankedHits {
    const asked = question ?? literalsQuestion([]);
    const ranking = after?.ranking ?? this.rankingOf(asked.terms.map((term) => term.key));
    const scorer = new TextScorer(asked, ranking);
    const scoreOf = ({ folded }: Entry): number => scorer.score(folded.body);
    const compare = (left: ScoredKey, right: ScoredKey): number => right.score - left.score || compareNewestFirst(left, right);
    const keyOf = ({ entry, score }: RankedHit): ScoredKey => ({
      score: score!,
      id: entry.stored.message.id,
      sentAt: entry.stored.message.sentAt,
    });
    return {
      hits: entries
        .filter((entry) => entry.change <= ranking.watermark)
        .map((entry) => ({ entry, score: scoreOf(entry) }))
        .sort((left, right) => compare(keyOf(left), keyOf(right))),
      isBehind: (hit, key) => compare(keyOf(hit), { ...key, score: key.score! }) > 0,
      ranking,
    };
  }

  private rankingOf(keys: readonly string[]): RankingStatistics {
    const bodies = [...this.entries.values()].map((entry) => entry.folded.body);
    return {
      documentCount: bodies.length,
      meanLength: bodies.reduce((sum, body) => sum + [...body].length, 0) / (bodies.length || 1),
      documentCounts: keys.map((key) => bodies.filter((body) => body.includes(key)).length),
      watermark: this.change,
    };
  }

  private toHit(entry: Entry, score: number | null, request: SearchRequest, hash: string, ranking: RankingStatistics | null): SearchHit {
    const { message, raws } = entry.stored;
    return { message, raws, score, key: { order: request.order, queryHash: hash, id: message.id, sentAt: message.sentAt, score, ranking } };
  }

  private completeness(query: Query): EngineCompleteness {
    const states = countByFrequency(
      this.hits(query).flatMap((entry) => entry.stored.message.attachments.map((attachment) => attachment.state)),
    );
    const unsearched = states.filter(([state]) => state !== 'ok') as [AttachmentState, number][];
    return { engine: 'memory', foldVersion: FOLD_VERSION, watermark: this.change, unsearchedAttachments: Object.fromEntries(unsearched) };
  }

  /** From the newest message (undated ones last) within the scope that has a name for the value. */
  private labelOf(scope: ViewerScope, field: FieldName, value: string): string | null {
    const isPerson = ['senderId', 'participantId', 'custodianId'].includes(field);
    const idField = isPerson ? 'senderId' : field === 'conversationId' ? 'conversationId' : null;
    if (idField === null) return null;
    const named = this.hits({ filter: allOf([scope.filter, { kind: 'terms', field: idField, values: [value] }]), text: null })
      .map((entry) => entry.stored.message)
      .filter((message) => (isPerson ? message.senderName : message.conversationName) !== null)
      .sort(compareNewestFirst);
    return (isPerson ? named[0]?.senderName : named[0]?.conversationName) ?? null;
  }
}

interface RankedHit {
  readonly entry: Entry;
  readonly score: number | null;
}

interface RankedHits {
  readonly hits: readonly RankedHit[];
  readonly isBehind: (hit: RankedHit, key: PageKey) => boolean;
  readonly ranking: RankingStatistics | null;
}

interface ScoredKey {
  readonly score: number;
  readonly id: string;
  readonly sentAt: number | null;
}

function scoped(scope: ViewerScope, query: Query): Query {
  return { filter: allOf([scope.filter, query.filter]), text: query.text };
}
