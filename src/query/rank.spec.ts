import { describe, expect, it } from '@jest/globals';
import type { RankingStatistics } from './page.js';
import { candidateWeight, inverseDocumentFrequency, literalsQuestion, TextScorer, type RankQuestion } from './rank.js';

function statistics(documentCounts: readonly number[]): RankingStatistics {
  return { documentCount: 1000, meanLength: 20, documentCounts, watermark: 0 };
}

function score(question: RankQuestion, counts: readonly number[], body: string): number {
  return new TextScorer(question, statistics(counts)).score(body);
}

describe('inverseDocumentFrequency', () => {
  it('falls with the count and never below zero', () => {
    const values = [0, 1, 10, 500, 1000].map((count) => inverseDocumentFrequency(count, 1000));
    expect([...values].sort((left, right) => right - left)).toEqual(values);
    expect(values.at(-1)).toBeGreaterThan(0);
  });
});

describe(TextScorer.name, () => {
  const two = literalsQuestion(['合同', '付款']);

  it.each<[what: string, better: string, worse: string]>([
    ['all of the question before a part of it repeated', '合同和付款的时间安排在下周一', '合同合同合同合同合同合同合同'],
    ['more often before once', '合同合同，还有合同的事情要说', '合同的事情还有很多别的要说啊'],
    ['short before long', '合同', `合同${'，别的事情'.repeat(20)}`],
    ['something before nothing', '合同', '没有'],
  ])('puts %s', (_what, better, worse) => {
    expect(score(two, [10, 10], better)).toBeGreaterThan(score(two, [10, 10], worse));
  });

  it('prefers the rarer word', () => {
    expect(score(two, [500, 5], '付款')).toBeGreaterThan(score(two, [500, 5], '合同'));
  });

  it('counts each place of the question once, with the best term over it', () => {
    const overlapping: RankQuestion = {
      weights: [1, 1, 1],
      terms: [
        { key: '合同法', positions: [0], isInner: false },
        { key: '合同', positions: [0], isInner: true },
      ],
    };
    const alone = { ...overlapping, terms: overlapping.terms.slice(0, 1) };
    // what the inner pair adds is its presence only, a fifth of its strength
    const added = score(overlapping, [10, 10], '合同法') - score(alone, [10], '合同法');
    expect(added).toBeCloseTo(0.2 * inverseDocumentFrequency(10, 1000) ** 1.4, 3);
  });

  it('lets a place of little weight count for little', () => {
    const everyday = { ...two, weights: [0.1, 0.1, 1, 1] };
    expect(score(everyday, [10, 10], '付款')).toBeGreaterThan(score(everyday, [10, 10], '合同'));
  });

  it('counts a pair with an astral character as a pair', () => {
    const rare = literalsQuestion(['𠀀𠀁']);
    expect(score(rare, [1], 'x𠀀𠀁y')).toBeGreaterThan(0);
    expect(score(rare, [1], 'x𠀁𠀀y')).toBe(0);
  });
});

describe('candidateWeight', () => {
  it('is larger for what a score gains more from', () => {
    const question = literalsQuestion(['合同', '的']);
    const weights = question.terms.map((term, index) => candidateWeight(term, [5, 900][index]!, question, statistics([5, 900])));
    expect(weights[0]).toBeGreaterThan(weights[1]!);
  });
});
