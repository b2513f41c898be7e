import { and, not, or, word } from '../../support/query-nodes.js';
import { makeAttachment, makeMessage, makePart } from '../../support/make-message.js';
import { finds, messagesOf, type CaseGroup } from '../contract-case.js';

const LATER = Date.UTC(2026, 5, 1);

export const wordCases: CaseGroup = {
  capability: 'whole words',
  messages: [
    ...messagesOf({
      art: 'art',
      party: 'the party starts',
      artful: 'artful',
      hyphen: 'state-of-the-art',
      han: '这是ART展览',
      digits: 'art1',
      underscore: 'my_art_work',
      upper: 'ＡＲＴ gallery',
      accent: 'Árt déco',
      number: '房间15号',
      longer: '房间150号',
      model: 'iphone15 pro',
      twice: 'party art',
      zeroWidth: 'p\u200bart',
    }),
    makeMessage('name', { text: '见附件', sentAt: LATER, attachments: [makeAttachment('art.pdf')] }),
    makeMessage('across', { sentAt: LATER + 1, text: '', parts: [makePart('p'), makePart('art'), makePart('y')] }),
  ],
  cases: [
    finds('only whole words', word('art'), 'art hyphen han underscore upper accent twice name across'),
    finds('in another case', word('ART'), 'art hyphen han underscore upper accent twice name across'),
    finds('with a mark', word('ärt'), 'art hyphen han underscore upper accent twice name across'),
    finds('digits belong to the word', word('art1'), 'digits'),
    finds('a number', word('15'), 'number'),
    finds('a longer number', word('150'), 'longer'),
    finds('letters with digits', word('iphone15'), 'model'),
    finds('not its letters alone', word('iphone'), ''),
    finds('in the body only', word('art', ['body']), 'art hyphen han underscore upper accent twice across'),
    finds('in attachment names only', word('art', ['name']), 'name'),
    finds('a whole word and another', and(word('art'), word('party')), 'twice'),
    finds('a whole word or another', or(word('artful'), word('party')), 'party artful twice'),
    finds('without a whole word', and(word('party'), not(word('art'))), 'party'),
  ],
};
