import { describe, expect, it } from '@jest/globals';
import { ndcg, reciprocalRank } from './ranking-measures.js';

const GRADES = new Map([
  ['a', 1],
  ['b', 1],
]);

describe('ranking measures', () => {
  it.each([
    [['a', 'b'], 1, 1],
    [['b', 'x', 'a'], (1 + 1 / 2) / (1 + 1 / Math.log2(3)), 1],
    [['x', 'y', 'a'], 1 / 2 / (1 + 1 / Math.log2(3)), 1 / 3],
    [['x', 'y', 'z', 'a'], 0, 0],
    [[], 0, 0],
  ])('scores %j', (ranking, gain, reciprocal) => {
    expect(ndcg(ranking, GRADES, 3)).toBeCloseTo(gain, 10);
    expect(reciprocalRank(ranking, GRADES, 3)).toBeCloseTo(reciprocal, 10);
  });

  it('scores nothing where nothing is relevant', () => expect(ndcg(['a'], new Map(), 3)).toBe(0));
});
