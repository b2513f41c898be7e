import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adversarialText, textWithPart } from '../../test/support/adversarial-text.js';
import { REPOSITORY } from '../../test/support/run-tool.js';
import { scaled } from '../../test/support/scale.js';
import { FOLD_VERSION, fold } from './fold.js';

const RUNS = { numRuns: scaled(40_000) };

/** Written by hand, from the usage of each region. */
const SAME_TEXT = [
  ['臺灣', '台灣', '台湾'],
  ['後來', '后来'],
  ['發票', '发票'],
  ['頭髮', '头发'],
  ['乾淨', '乾净', '干净'],
  ['幹部', '干部'],
  ['裡面', '裏面', '里面'],
  ['看著', '看着'],
  ['著名', '着名'],
  ['甚麼', '什麼', '什么'],
  ['計劃', '計畫', '计划'],
  ['匯率', '滙率', '汇率'],
  ['鐘錶', '钟表'],
  ['滷麵', '卤面'],
  ['彙總', '汇总'],
  ['製造', '制造'],
  ['複製', '复制'],
  ['恆豐銀行', '恒丰银行'],
  ['證券帳戶', '证券帐户'],
  ['內幕消息', '内幕消息'],
  ['羣組', '群組', '群组'],
  ['啓動', '啟動', '启动'],
  ['線上', '綫上', '线上'],
  ['朱栢康', '朱柏康'],
  ['ＡＢＣ１２３', 'abc123', 'ABC１２３'],
  ['Ångström', 'A\u030angstro\u0308m', 'ANGSTROM'],
  ['Straße', 'STRASSE', 'straẞe'],
  ['ΟΔΟΣ', 'οδος', 'οδοσ'],
  ['ﬁnance', 'finance'],
  ['合\u200b同', '合同', '合\u00ad同', '\ufeff合同'],
  ['甲\u3000乙', '甲 乙', '甲 \t\r\n乙', '甲\u2028\u200b\u2029乙', '甲\u001f乙', '甲\u0085乙'],
  ['がぎ', 'か\u3099き\u3099', 'か゛き゛'],
  ['ガパ', 'ｶﾞﾊﾟ'],
  ['각', '\u1100\u1161\u11a8', '가\u11a8'],
  ['ㅋㅋ', 'ﾻﾻ', '\u110f\u110f'],
  ['㈱', '(株)', '（株）'],
  ['⑫', '12'],
  ['❤️', '❤'],
  ['\u{2f800}', '丽'],
  ['\ud800x', '\ufffdx'],
  ['\ue041', '\uf041'],
];

const DIFFERENT_TEXT = [
  ['か', 'が'],
  ['壹', '一'],
  ['软件', '軟體'],
  ['〇', '零'],
  ['不', '布'],
  ['👍', '👍🏻'],
  ['가', 'ㄱㅏ'],
  ['´', ' '],
  ['¨', '´'],
  ['a b', 'ab'],
];

describe('fold', () => {
  it.each(SAME_TEXT)('makes one key of %s, %s ...', (...texts) => {
    expect(texts.map(fold)).toEqual(texts.map(() => fold(texts[0]!)));
    expect(fold(texts[0]!)).not.toBe('');
  });

  it('makes one key of every pair of spellings in the test cases of OpenCC', () => {
    const file = readFileSync(join(REPOSITORY, 'test/fixtures/opencc-spelling.json'), 'utf8');
    const { cases } = JSON.parse(file) as { cases: readonly [configuration: string, input: string, expected: string][] };
    expect(cases.length).toBeGreaterThan(60);
    expect(cases.filter(([, input, expected]) => fold(input) !== fold(expected))).toEqual([]);
  });

  it.each(DIFFERENT_TEXT)('keeps %s and %s apart', (left, right) => {
    expect(fold(left)).not.toBe(fold(right));
  });

  it('keeps one space at an end and nothing of ignorable text', () => {
    expect(['  甲\u200b \n', '\u200b\u0301\ufe0f', '\u200d \u200d ', ''].map(fold)).toEqual([' 甲 ', '', ' ', '']);
  });

  it('preserves parts cut on grapheme boundaries', () => {
    fc.assert(
      fc.property(textWithPart(), ({ text, part }) => fold(text).includes(fold(part))),
      RUNS,
    );
  });

  it('is idempotent, and blind to canonical composition', () => {
    fc.assert(
      fc.property(adversarialText(), (text) => {
        const key = fold(text);
        return fold(key) === key && fold(text.normalize('NFC')) === key && fold(text.normalize('NFD')) === key;
      }),
      RUNS,
    );
  });

  it('makes well-formed keys without double spaces and without the code points of the grams', () => {
    fc.assert(
      fc.property(adversarialText(), (text) => !/\p{Surrogate}|\s{2}|[^\S ]|[\u001c-\u001f\u0085\ue000-\ue0ff]/u.test(fold(text))),
      RUNS,
    );
  });

  it('holds for every assigned code point by itself', () => {
    const broken: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const text = String.fromCodePoint(codePoint);
      if (/[\p{Cn}\p{Co}]/u.test(text)) continue;
      const key = fold(text);
      const isSettled = fold(key) === key && fold(text.normalize('NFC')) === key && fold(text.normalize('NFD')) === key;
      if (!isSettled || fold(text.toLowerCase()) !== key) broken.push(codePoint.toString(16));
    }
    expect(broken).toEqual([]);
  });

  it('takes no more than linear time', () => {
    const start = performance.now();
    for (const piece of ['臺', ' ', '\u1100\u1161\u11a8', 'ﷺ', '\u0301', '👍🏻']) fold(piece.repeat(100_000));
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('has a version that names the table', () => {
    expect(FOLD_VERSION).toMatch(/^[0-9a-f]{12}$/);
  });
});
