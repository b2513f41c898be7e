import { describe, expect, it } from '@jest/globals';
import { fold } from './fold.js';
import { JiebaTokenizer } from './jieba-tokenizer.js';
import { questionWords } from './question-words.js';
import { Tokenizer } from './tokenizer.js';

/** Words are what stands between spaces and bars. */
class BarTokenizer extends Tokenizer {
  override words(folded: string): string[] {
    return folded.split(/[ |]/).filter((word) => word !== '');
  }
}

function wordsOf(text: string): string[] {
  return questionWords(text, new BarTokenizer());
}

describe('questionWords', () => {
  it.each<[what: string, text: string, expected: string[]]>([
    ['in order of appearance, once', '合同|签署|合同 签署', ['合同', '签署']],
    ['folded', 'iPhone IPHONE 發票|发票', ['iphone', fold('发票')]],
    ['no punctuation', '合同|，|。 ? - 😀 签署', ['合同', '签署']],
    ['a character of a longer word is left out, before and behind it', '合|合同|同', ['合同']],
    ['a character of its own is kept', '买|合同', ['买', '合同']],
    ['Latin letters and digits of their own are kept', 'A股|a|股|2024|4', [fold('A股'), 'a', '2024', '4']],
    ['other scripts by run', '합의 договор合同カバン', [fold('합의'), 'договор', '合同', fold('カバン')]],
    ['nothing', ' ？！', []],
  ])('%s', (_what, text, expected) => {
    expect(wordsOf(text)).toEqual(expected.map((word) => fold(word)));
  });

  it('keeps 2,000 words and leaves out what no literal may be', () => {
    const words = Array.from({ length: 3_000 }, (_, index) => `w${index}`);
    expect(wordsOf(words.join(' '))).toEqual(words.slice(0, 2_000));
    expect(wordsOf(`a ${'b'.repeat(10_001)} c`)).toEqual(['a', 'c']);
  });

  it('cuts a real question', () => {
    const words = questionWords('请问 iPhone15 的發票什么时候能开？', new JiebaTokenizer());
    expect(words).toEqual(expect.arrayContaining(['iphone15', ...['发票', '时候'].map(fold)]));
    expect(words).not.toContain('？');
    expect(words).not.toContain(fold('票'));
  });
});
