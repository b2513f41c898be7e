import { setImmediate } from 'node:timers/promises';
import { compareNewestFirst, type SortKey } from '../../domain/compare-messages.js';
import type { StoredMessage } from '../../domain/message.js';
import { HoldfastError } from '../../errors/errors.js';
import type { PageKey, RankingStatistics } from '../../query/page.js';
import { CANDIDATES, tellingTerms } from '../../query/rank-candidates.js';
import { TextScorer, type RankQuestion } from '../../query/rank.js';
import type { SearchRequest } from '../search-engine.js';
import { totalOf, type QueryBody, type SearchBody } from './cluster.js';
import { listWatermark, wasThereAt } from './list-watermark.js';
import { bodyHas, literalStatistics } from './literal-statistics.js';
import { DOCUMENT_ONLY, pageByTime } from './page-by-time.js';
import type { Deadline, Searching } from './searching.js';
import { messageOf, type Hit } from './stored-messages.js';
import { INDEX_ORDER, keyOf, undatedOf } from './time-order.js';

const NO_QUESTION: RankQuestion = { weights: [], terms: [] };
/** The order of candidates, but for undated equals. */
const BY_WEIGHT: NonNullable<SearchBody['sort']> = ['_score', { sentAt: 'desc' }, { id: 'desc' }];
const UNDATED_BY_WEIGHT: NonNullable<SearchBody['sort']> = ['_score', { id: 'asc' }];
/** Milliseconds of scoring after which other work gets its turn. */
const TURN = 10;

export interface RankedRow {
  readonly stored: StoredMessage;
  /** Null behind the scored candidates. */
  readonly score: number | null;
}

/** One page, and one row more where there is one, by relevance. */
export interface RankedPage {
  readonly rows: readonly RankedRow[];
  readonly ranking: RankingStatistics;
}

/** A hit that is scored. */
interface Candidate {
  readonly key: SortKey;
  readonly body: string;
}

interface Ranked {
  readonly key: SortKey;
  readonly score: number;
}

/**
 * The best hits by score, ties newest first, then all others newest first: a walk through the pages meets every hit once.
 * Later pages are scored with the statistics the first one was, and leave out messages that came since. In a snapshot.
 * Throws CURSOR_INVALID, QUERY_TOO_BROAD, QUERY_TIMEOUT.
 */
export async function pageByRelevance(searching: Searching, query: QueryBody, request: SearchRequest, deadline: Deadline): Promise<RankedPage> {
  const question = request.question ?? NO_QUESTION;
  const { after } = request;
  const ranking = after?.ranking ?? (await beginRanking(searching, question, deadline));
  if (ranking.documentCounts.length !== question.terms.length) throw new HoldfastError('CURSOR_INVALID');
  const hits = after === null ? query : { bool: { filter: [query, wasThereAt(searching, ranking.watermark)] } };
  const list = new RankedList(searching, hits, question, ranking, deadline);
  return { rows: await list.page(after, request.first + 1), ranking };
}

async function beginRanking(searching: Searching, question: RankQuestion, deadline: Deadline): Promise<RankingStatistics> {
  const statistics = await literalStatistics(searching, question.terms.map(({ key }) => key), deadline);
  return { ...statistics, watermark: await listWatermark(searching, deadline) };
}

class RankedList {
  constructor(
    private readonly searching: Searching,
    private readonly hits: QueryBody,
    private readonly question: RankQuestion,
    private readonly ranking: RankingStatistics,
    private readonly deadline: Deadline,
  ) {}

  async page(after: PageKey | null, wanted: number): Promise<readonly RankedRow[]> {
    const total = totalOf((await this.searching.search({ query: this.hits, size: 0, track_total_hits: true }, this.deadline)).hits);
    const isRest = after !== null && after.score === null;
    if (isRest && total <= CANDIDATES) return [];
    const candidates = await this.candidates(total, !isRest);
    const rows = isRest ? [] : await this.read(behindKey(await this.scored(candidates), after).slice(0, wanted));
    if (rows.length === wanted || total <= CANDIDATES) return rows;
    const query = { bool: { filter: [this.hits], must_not: [{ terms: { id: candidates.map(({ key }) => key.id) } }] } };
    const range = { query, order: 'newest', after: isRest ? after : null } as const;
    const rest = await pageByTime(this.searching, range, wanted - rows.length, this.deadline);
    return [...rows, ...rest.map(({ stored }) => ({ stored, score: null }))];
  }

  /** All hits when they are few, else those with the largest sums of term weights, among equals the newest. */
  private async candidates(total: number, wantsText: boolean): Promise<readonly Candidate[]> {
    const body: SearchBody = { size: CANDIDATES, ...(wantsText ? { _source: ['foldedBody'] } : { _source: false, stored_fields: '_none_' }) };
    const search = async (own: SearchBody): Promise<readonly Hit[]> => (await this.searching.search({ ...body, ...own }, this.deadline)).hits.hits;
    if (total <= CANDIDATES) return (await search({ query: this.hits, sort: INDEX_ORDER })).map((hit) => toCandidate(hit, keyOf(hit)));
    const should = tellingTerms(this.question, this.ranking).map(({ key, weight }) => ({ constant_score: { filter: bodyHas(key), boost: weight } }));
    const weighed = (filter: QueryBody): QueryBody => ({ bool: { filter: [filter], should } });
    const found = await search({ query: weighed(this.hits), sort: BY_WEIGHT });
    const candidates = found.map((hit) => toCandidate(hit, keyOf({ sort: hit.sort!.slice(1) })));
    const dated = candidates.filter(({ key }) => key.sentAt !== null);
    if (dated.length === candidates.length) return candidates;
    // Undated equals come by id upwards, which one sort cannot say.
    const undated = await search({ query: weighed(undatedOf(this.hits)), sort: UNDATED_BY_WEIGHT, size: candidates.length - dated.length });
    return [...dated, ...undated.map((hit) => toCandidate(hit, { id: String(hit.sort![1]), sentAt: null }))];
  }

  private async scored(candidates: readonly Candidate[]): Promise<Ranked[]> {
    const scorer = new TextScorer(this.question, this.ranking);
    const ranked: Ranked[] = [];
    let turn = performance.now();
    for (const { key, body } of candidates) {
      ranked.push({ key, score: scorer.score(body) });
      if (performance.now() - turn < TURN) continue;
      await setImmediate();
      this.deadline.left();
      turn = performance.now();
    }
    return ranked.sort((left, right) => right.score - left.score || compareNewestFirst(left.key, right.key));
  }

  private async read(ranked: readonly Ranked[]): Promise<RankedRow[]> {
    if (ranked.length === 0) return [];
    const query = { terms: { id: ranked.map(({ key }) => key.id) } };
    const { hits } = (await this.searching.search({ query, size: ranked.length, sort: INDEX_ORDER, _source: [...DOCUMENT_ONLY] }, this.deadline)).hits;
    const stored = new Map(hits.map((hit) => [keyOf(hit).id, messageOf(hit)]));
    return ranked.map(({ key, score }) => ({ stored: stored.get(key.id)!, score }));
  }
}

function behindKey(ranked: readonly Ranked[], after: PageKey | null): readonly Ranked[] {
  if (after === null) return ranked;
  return ranked.filter(({ key, score }) => score < after.score! || (score === after.score && compareNewestFirst(key, after) > 0));
}

function toCandidate({ _source: source }: Hit, key: SortKey): Candidate {
  return { key, body: source?.foldedBody ?? '' };
}
