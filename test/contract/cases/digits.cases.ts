import { and, digits, literal, not } from '../../support/query-nodes.js';
import { makeAttachment, makeMessage, makePart } from '../../support/make-message.js';
import { finds, messagesOf, type CaseGroup } from '../contract-case.js';

const LATER = Date.UTC(2026, 5, 1);

export const digitCases: CaseGroup = {
  capability: 'digits',
  messages: [
    ...messagesOf({
      plain: '电话13800138000谢谢',
      dashed: '138-0013-8000',
      spaced: '138 0013 8000',
      dotted: '138.0013.8000',
      bracketed: '(138) 0013-8000',
      prefixed: '+86-138-0013-8000',
      inside: '9138001380009',
      fullWidth: '１３８－００１３－８０００',
      letters: '138a0013b8000',
      tooFar: '138 ---- 0013 ---- 8000',
      shorter: '138-0013-800',
      two: '1-2',
      words: '138，然后0013，再8000',
      card: '6222 0202 0001 1234 567',
      date: '2024/03/15 10:20',
    }),
    makeMessage('parts', { sentAt: LATER, parts: [makePart('138-0013'), makePart('8000')] }),
    makeMessage('name', { sentAt: LATER + 1, attachments: [makeAttachment('发票_138_0013_8000.pdf')] }),
  ],
  cases: [
    finds('separators do not count', digits('13800138000'), 'plain dashed spaced dotted bracketed prefixed inside fullWidth name'),
    finds('a part of the number', digits('0138'), 'plain dashed spaced dotted bracketed prefixed inside fullWidth shorter name'),
    finds('with the country', digits('8613800138000'), 'prefixed'),
    finds('two digits over a separator', digits('12'), 'two card'),
    finds('a card', digits('6222020200011234567'), 'card'),
    finds('a date', digits('20240315'), 'date'),
    finds('in names only', digits('13800138000', ['name']), 'name'),
    finds('in bodies only', digits('13800138000', ['body']), 'plain dashed spaced dotted bracketed prefixed inside fullWidth'),
    finds(
      'written with a separator',
      and(digits('13800138000'), not(literal('13800138000'))),
      'dashed spaced dotted bracketed prefixed fullWidth name',
    ),
    finds('not there', digits('13800138001'), ''),
  ],
};
