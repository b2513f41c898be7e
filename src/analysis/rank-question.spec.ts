import { describe, expect, it } from '@jest/globals';
import { rankQuestion } from './rank-question.js';
import { Tokenizer } from './tokenizer.js';
import { WordWeigher, type WeighedWord } from './word-weigher.js';

/** Words are 合同, 怎么 and single characters; 怎么 says little. */
const CUT = /合同|怎么|\p{Script=Han}|[a-z]+/gu;

class FixedWords extends Tokenizer {
  override words(folded: string): string[] {
    return folded.match(CUT) ?? [];
  }
}

class FixedWeights extends WordWeigher {
  override weighedWords(run: string): readonly WeighedWord[] {
    return (run.match(CUT) ?? []).map((word) => ({ word, weight: word === '怎么' ? 0.25 : 1 }));
  }
}

describe('rankQuestion', () => {
  it('cuts words, pairs and characters with their places and weights', () => {
    const { weights, terms } = rankQuestion('合同怎么签PDF？', new FixedWords(), new FixedWeights());
    expect(weights).toEqual([1, 1, 0.25, 0.25, 1, 1, 1, 1, 1]);
    expect(Object.fromEntries(terms.map(({ key, positions, isInner }) => [key, [positions, isInner]]))).toEqual({
      合同: [[0], false], 怎么: [[2], false], 签: [[4], false], pdf: [[5], false],
      合: [[0], false], 同: [[1], false], 怎: [[2], false], 么: [[3], false],
      同怎: [[1], false], 么签: [[3], false],
    });
  });

  it('marks a pair inside a longer word', () => {
    class OneWord extends FixedWeights {
      override weighedWords(run: string): readonly WeighedWord[] {
        return [{ word: run, weight: 1 }];
      }
    }
    const { terms } = rankQuestion('甲乙丙', new FixedWords(), new OneWord());
    expect(terms.filter(({ isInner }) => isInner).map(({ key }) => key)).toEqual(['甲乙', '乙丙']);
  });

  it('reads the beginning of a long text only', () => {
    expect(rankQuestion('甲'.repeat(5000), new FixedWords(), new FixedWeights()).weights).toHaveLength(400);
  });
});
