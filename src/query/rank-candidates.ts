import { HoldfastError } from '../errors/errors.js';
import type { RankingStatistics } from './page.js';
import { candidateWeight, type RankQuestion } from './rank.js';

/** The hits that are scored exactly; hits behind them follow newest first, without a score. */
export const CANDIDATES = 1000;
/** Hits of all terms together that may be read to choose the candidates: about 0.15 microseconds each. */
const MOST_POSTINGS = 1_500_000;
/** Terms of one choice; an engine takes only so many at once. */
const MOST_TERMS = 400;

/** A term by which candidates are chosen. */
export interface TellingTerm {
  /** Folded; looked for in bodies. */
  readonly key: string;
  /** What it adds to a message that has it; single precision, so that sums agree on every engine. */
  readonly weight: number;
}

/**
 * The terms whose weights, summed up in double precision and rounded to single, put hits in the order in which they become
 * candidates, equals newest first: the rarest, as many as may be read. Throws QUERY_TOO_BROAD.
 */
export function tellingTerms(question: RankQuestion, ranking: RankingStatistics): readonly TellingTerm[] {
  const known = question.terms.map((term, index) => ({ term, count: ranking.documentCounts[index]! })).filter(({ count }) => count > 0);
  const whole = known.filter(({ term }) => !term.isInner).sort((left, right) => left.count - right.count);
  let postings = 0;
  const kept = whole.filter(({ count }) => (postings += count) <= MOST_POSTINGS).slice(0, MOST_TERMS);
  if (kept.length === 0 && whole.length > 0) throw new HoldfastError('QUERY_TOO_BROAD', '', { hits: whole[0]!.count, limit: MOST_POSTINGS });
  return kept.map(({ term, count }) => ({ key: term.key, weight: Math.fround(candidateWeight(term, count, question, ranking)) }));
}
