import { and, digits, literal, near, not, word } from '../../support/query-nodes.js';
import { ANY_TIME, makeAttachment, makeMessage, makePart } from '../../support/make-message.js';
import { finds, type CaseGroup } from '../contract-case.js';

const at = (minute: number): number => ANY_TIME + minute * 60_000;

/** Which texts of a message are searched, and where one ends: no literal crosses from one into the next. */
export const textFieldCases: CaseGroup = {
  capability: 'text fields and part boundaries',
  messages: [
    makeMessage('body', { sentAt: at(1), text: '合同编号' }),
    makeMessage('quoted', { sentAt: at(2), text: '同意', quoted: { text: '合同编号', author: null, nativeId: null } }),
    makeMessage('part', { sentAt: at(3), parts: [makePart('见合同编号'), makePart('其他')] }),
    makeMessage('nested', { sentAt: at(4), parts: [makePart('外', [makePart('中', [makePart('合同编号')])])] }),
    makeMessage('version', { sentAt: at(5), text: '改过了', versions: [{ text: '合同编号', at: null, by: null }] }),
    makeMessage('name', { sentAt: at(6), attachments: [makeAttachment('合同编号.pdf'), makeAttachment('b.doc')] }),
    makeMessage('both', { sentAt: at(7), text: '合同编号', attachments: [makeAttachment('合同编号.pdf')] }),
    makeMessage('split', { sentAt: at(8), text: '合同', quoted: { text: '编号', author: null, nativeId: null } }),
    makeMessage('splitParts', { sentAt: at(9), text: '甲合同', parts: [makePart('编号乙'), makePart('丙')] }),
    makeMessage('splitNames', { sentAt: at(10), attachments: [makeAttachment('合同'), makeAttachment('编号')] }),
    makeMessage('splitVersions', {
      sentAt: at(11),
      text: '合同',
      versions: [
        { text: '编号', at: null, by: null },
        { text: '第三版', at: 5, by: 'b' },
      ],
    }),
    makeMessage('splitFields', { sentAt: at(12), text: '合同', attachments: [makeAttachment('编号')] }),
    makeMessage('author', {
      sentAt: at(13),
      text: 'x',
      quoted: { text: 'y', author: '合同编号', nativeId: '合同编号' },
      senderName: '合同编号',
    }),
    makeMessage('numbers', { sentAt: at(14), text: '13', parts: [makePart('8')], attachments: [makeAttachment('1-38')] }),
  ],
  cases: [
    finds('every text of a message', literal('合同编号'), 'body quoted part nested version name both'),
    finds('the body with all that belongs to it', literal('合同编号', ['body']), 'body quoted part nested version both'),
    finds('attachment names', literal('合同编号', ['name']), 'name both'),
    finds('attachment text: none is read yet', literal('合同编号', ['attachment']), ''),
    finds('names or attachment text', literal('合同编号', ['name', 'attachment']), 'name both'),
    finds('not in the name', and(literal('合同编号'), not(literal('合同编号', ['name']))), 'body quoted part nested version'),
    finds('in both', and(literal('合同编号', ['body']), literal('合同编号', ['name'])), 'both'),
    finds(
      'two halves in different parts, both there',
      and(literal('合同'), literal('编号'), not(literal('合同编号'))),
      'split splitParts splitNames splitVersions splitFields',
    ),
    finds('halves near in one part only', near('合同', '编号', 30), 'body quoted part nested version name both'),
    finds('one character of a nested part', literal('中'), 'nested'),
    finds('the last version', literal('第三版'), 'splitVersions'),
    finds('an extension', word('pdf'), 'name both'),
    finds('an extension in the body', word('pdf', ['body']), ''),
    finds('digits across a part boundary', digits('138', ['body']), ''),
    finds('digits in a name', digits('138'), 'numbers'),
  ],
};
