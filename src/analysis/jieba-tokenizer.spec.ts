import { describe, expect, it } from '@jest/globals';
import { fold } from './fold.js';
import { JiebaTokenizer } from './jieba-tokenizer.js';

describe('JiebaTokenizer', () => {
  const tokenizer = new JiebaTokenizer();

  it('cuts Han by words and keeps Latin and digit runs whole', () => {
    expect(tokenizer.words(fold('我們在iPhone15上買了臺灣的發票，hello 2023年。'))).toEqual(
      expect.arrayContaining(['我们', 'iphone15', '台湾', '发票', 'hello', '2023']),
    );
  });

  it('keeps the order and finds the short words in a long one', () => {
    expect(tokenizer.words('q1中华人民共和国w2')).toEqual(['q1', ...['中华', '华人', '人民', '共和', '共和国', '中华人民共和国'], 'w2']);
  });

  it('gives nothing for text without words', () => {
    expect(['', '，。 …', '👍🏻', 'かな'].flatMap((text) => tokenizer.words(text))).toEqual([]);
  });

  it('leaves no globals behind and survives a run without end', () => {
    expect(tokenizer.words('的'.repeat(300_000)).join('').length).toBeGreaterThanOrEqual(300_000);
    expect(['dict', 'hmmDict', 'userDict', 'idfDict', 'stopWordDict'].filter((name) => name in globalThis)).toEqual([]);
  });
});
