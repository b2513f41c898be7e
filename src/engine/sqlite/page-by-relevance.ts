import { HoldfastError } from '../../errors/errors.js';
import type { PageKey, RankingStatistics } from '../../query/page.js';
import { CANDIDATES, tellingTerms } from '../../query/rank-candidates.js';
import { TextScorer, type RankQuestion } from '../../query/rank.js';
import type { SearchRequest } from '../search-engine.js';
import { compileText } from './compile-text.js';
import { evaluateText, type TextContext } from './evaluate-text.js';
import type { FoundRows } from './found-rows.js';
import { firstRows, isBehind, rowOrder } from './row-order.js';
import { keepRows, markRows } from './row-sets.js';

const NO_QUESTION: RankQuestion = { weights: [], terms: [] };

export interface RankedRow {
  readonly row: number;
  /** Null behind the scored candidates. */
  readonly score: number | null;
}

/** One page, and one row more where there is one, by relevance. */
export interface RankedPage {
  readonly rows: readonly RankedRow[];
  readonly ranking: RankingStatistics;
}

/**
 * The best hits by score, ties newest first, then all others newest first: a walk through the pages meets every hit once.
 * Later pages are scored with the statistics the first one was, and leave out messages that came since.
 */
export function pageByRelevance(
  request: SearchRequest, found: FoundRows, context: TextContext, countDocuments: (keys: readonly string[]) => readonly number[],
): RankedPage {
  const { columns } = context;
  const { after } = request;
  const question = request.question ?? NO_QUESTION;
  const ranking = after?.ranking ?? {
    documentCount: columns.liveCount,
    meanLength: columns.liveCount === 0 ? 0 : columns.bodyLengthSum / columns.liveCount,
    documentCounts: countDocuments(question.terms.map(({ key }) => key)),
    watermark: columns.lastRow,
  };
  if (ranking.documentCounts.length !== question.terms.length) throw new HoldfastError('CURSOR_INVALID');
  const hits = keepRows(found.rows(), (row) => row <= ranking.watermark);
  const candidates = hits.length <= CANDIDATES ? hits : bestRows(hits, question, ranking, context);
  const ranked = scored(candidates, question, ranking, context);
  const wanted = request.first + 1;
  const page = after !== null && after.score === null ? [] : behindKey(ranked, after, context).slice(0, wanted);
  const isRest = after !== null && after.score === null;
  if (page.length < wanted && hits.length > candidates.length) {
    const marks = markRows(candidates, columns.lastRow);
    const rest = keepRows(hits, (row) => marks[row] === 0);
    const behind = isRest ? keepRows(rest, isBehind(after, 'newest', columns)) : rest;
    page.push(...firstRows(behind, wanted - page.length, rowOrder('newest', columns)).map((row) => ({ row, score: null })));
  }
  return { rows: page, ranking };
}

/** The hits with the largest sums of term weights; among equals the newest. */
function bestRows(hits: Uint32Array, question: RankQuestion, ranking: RankingStatistics, context: TextContext): Uint32Array {
  const sums = new Float64Array(context.columns.lastRow + 1);
  for (const { key, weight } of tellingTerms(question, ranking)) {
    const rows = evaluateText(compileText({ kind: 'literal', key, source: key, fields: ['body'] }), context);
    for (let position = 0; position < rows.length; position++) sums[rows[position]!]! += weight;
  }
  const weights = new Float32Array(sums);
  const newest = rowOrder('newest', context.columns);
  return Uint32Array.from(firstRows(hits, CANDIDATES, (left, right) => weights[right]! - weights[left]! || newest(left, right)));
}

function scored(rows: Uint32Array, question: RankQuestion, ranking: RankingStatistics, { reader, columns }: TextContext): RankedRow[] {
  const newest = rowOrder('newest', columns);
  const scorer = new TextScorer(question, ranking);
  return Array.from(rows, (row) => ({ row, score: scorer.score(reader.folded(row).body) })).sort(
    (left, right) => right.score - left.score || newest(left.row, right.row),
  );
}

function behindKey(ranked: readonly RankedRow[], after: PageKey | null, { columns }: TextContext): RankedRow[] {
  if (after === null) return [...ranked];
  const isNewer = isBehind(after, 'newest', columns);
  return ranked.filter(({ row, score }) => score! < after.score! || (score === after.score && isNewer(row)));
}
