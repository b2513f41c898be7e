import { and, literal, near, not, precedes } from '../../support/query-nodes.js';
import { makeAttachment, makeMessage, makePart } from '../../support/make-message.js';
import { finds, messagesOf, type CaseGroup } from '../contract-case.js';

const LATER = Date.UTC(2026, 5, 1);

/** Distances are counted in folded code points between the two, which must not overlap. */
export const nearCases: CaseGroup = {
  capability: 'near',
  messages: [
    ...messagesOf({
      zero: '付款账户',
      one: '付款到账户',
      two: '付款到新账户',
      reversed: '账户已付款',
      far: '付款之后请把凭证发到公司的账户',
      single: '甲乙丙丁',
      same: '甲甲',
      once: '甲',
      overlap: '合同同意',
      shared: '合同意',
      emoji: '付款👍🏻账户',
      blanks: '付款 \t　账户',
      zeroWidth: '付款\u200b到\u200b账户',
      latin: 'wire the money to the account',
      second: '账户无关。付款无关。……………………付款到账户',
      equal: '北京北京',
      equalOnce: '北京',
    }),
    makeMessage('parts', { sentAt: LATER, parts: [makePart('付款'), makePart('账户')] }),
    makeMessage('fields', { sentAt: LATER + 1, text: '付款', attachments: [makeAttachment('账户')] }),
    makeMessage('name', { sentAt: LATER + 2, attachments: [makeAttachment('付款到账户.xlsx')] }),
  ],
  cases: [
    finds('next to each other', precedes('付款', '账户', 0), 'zero'),
    finds('one between', precedes('付款', '账户', 1), 'zero one blanks zeroWidth second name'),
    finds('two between', precedes('付款', '账户', 2), 'zero one two emoji blanks zeroWidth second name'),
    finds('either order', near('付款', '账户', 1), 'zero one reversed blanks zeroWidth second name'),
    finds('the other order', precedes('账户', '付款', 1), 'reversed'),
    finds('a long way', precedes('付款', '账户', 11), 'zero one two far emoji blanks zeroWidth second name'),
    finds('one short of it', precedes('付款', '账户', 10), 'zero one two emoji blanks zeroWidth second name'),
    finds('single characters', precedes('甲', '丙', 1), 'single'),
    finds('single characters, too far', precedes('甲', '丁', 1), ''),
    finds('the same twice needs two', near('甲', '甲', 0), 'same'),
    finds('a longer one twice', near('北京', '北京', 5), 'equal'),
    finds('no overlap', near('合同', '同意', 0), 'overlap'),
    finds('Latin', near('WIRE', 'account', 18), 'latin'),
    finds('Latin, one short', near('WIRE', 'account', 17), ''),
    finds('in names only', near('付款', '账户', 3, ['name']), 'name'),
    finds('in bodies only', near('付款', '账户', 1, ['body']), 'zero one reversed blanks zeroWidth second'),
    finds('both there, not near', and(literal('付款'), literal('账户'), not(near('付款', '账户', 2))), 'far parts fields'),
  ],
};
