import type { RankingStatistics } from './page.js';

/** PROVISIONAL: plain BM25 over literals; the relevance engineer replaces this file (keep or adapt the two functions that engine/sqlite/page-by-relevance.ts calls). */
const K1 = 1.2;
const B = 0.75;

interface Term {
  readonly key: string;
  readonly weight: number;
}

export function inverseDocumentFrequency(count: number, documentCount: number): number {
  return Math.log(1 + (documentCount - count + 0.5) / (count + 0.5));
}

export function candidateWeight(term: Term, count: number, { documentCount }: RankingStatistics): number {
  return term.weight * inverseDocumentFrequency(count, documentCount);
}

export function scoreText(body: string, terms: readonly Term[], ranking: RankingStatistics): number {
  let score = 0;
  terms.forEach((term, index) => {
    const occurrences = body.split(term.key).length - 1;
    const norm = K1 * (1 - B + (B * body.length) / Math.max(ranking.meanLength, 1));
    score += (candidateWeight(term, ranking.documentCounts[index]!, ranking) * occurrences * (K1 + 1)) / (occurrences + norm);
  });
  return Math.fround(score);
}
