import { expect, it } from '@jest/globals';
import { parseSearchText } from '../analysis/parse-search-text.js';
import { positiveTerms } from './positive-terms.js';

it.each([
  ['转账 保证金', '转账 保证金'],
  ['转账 OR (保证金 -私人)', '转账 保证金'],
  ['-(甲 -乙)', '乙'],
  ['转账 转账 轉賬', '转账'],
  ['a NEAR/3 b', 'a b'],
  ['=word #13800', 'word 13800'],
  ['-甲', ''],
])('ranks %s by %j', (text, expected) => {
  expect(
    positiveTerms(parseSearchText(text)!)
      .terms.map(({ key }) => key)
      .join(' '),
  ).toBe(expected);
});

it('keeps as many terms as a cursor holds', () => {
  const text = Array.from({ length: 100 }, (_, index) => `term${index}`).join(' OR ');
  expect(positiveTerms(parseSearchText(text)!).terms).toHaveLength(64);
});
