import fc from 'fast-check';
import type { Message } from '../../src/domain/message.js';
import { ATTACHMENT_STATES, CONVERSATION_KINDS, DATE_STATES, MESSAGE_KINDS, PLATFORMS, SOURCE_KINDS, WARNING_CODES } from '../../src/domain/values.js';
import { makeAttachment, makeMessage, makePart, makeSource } from '../support/make-message.js';

/** Few, so that texts meet; each is trouble for some index. */
// prettier-ignore
const PIECES = [
  '付款', '合同', '甲', '乙', '后', '後', '發', '髮', '一', 'a', 'A', 'art', 'party', 'x1', '1', '12', '138-0013', '138 0013', '2024/03/15', ' ', '  ', '\t', '。', '，',
  '"', '""', "'", '*', '^', '-', ':', '(', ')', ' NEAR ', ' AND ', ' OR ', 'NOT', 'NEAR(', '\0', '\u001f', '\ue022', '\ue080', '\ue0a0', '\uf022', '\ud83d', '👍🏻', '👨‍👩‍👧', '🇨🇳', '𠮷', '𠀀',
  'é', 'e\u0301', 'が', 'ｶﾞ', '\u200b', '\u00ad', 'Ａ', '１', '㎏', '한', '\u1112\u1161\u11ab', 'ß', 'ς', '\ufffe', '_', '.',
];

/** Values that an id may be, with what trips quoting, collation or packing. */
// prettier-ignore
export const IDS = ['a', 'A', 'b', 'a b', 'li', '李', '"', "'", 'c150', 'a\0b', '\u{1f44d}', 'x'.repeat(300), 'null', '0', '-1', 'a,b', '["a"]', '\ud83d', ''] as const;

const HOUR = 3_600_000;

/** Times that meet, at the edges of days, months and years, around clock changes, before 1970 and far ahead. */
// prettier-ignore
const TIMES = [
  0, 1, -1, -5 * HOUR, Date.UTC(2024, 1, 29, 23, 59, 59, 999), Date.UTC(2024, 2, 1), Date.UTC(2025, 11, 31, 15, 59, 59), Date.UTC(2025, 11, 31, 16), Date.UTC(2026, 0, 1),
  Date.UTC(2026, 2, 8, 6, 59), Date.UTC(2026, 2, 8, 7), Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 10, 1, 5, 30), Date.UTC(2026, 10, 1, 6, 30), Date.UTC(2099, 0, 1), Date.UTC(1988, 6, 1, 15),
] as const;

const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join(''));
const id = fc.constantFrom(...IDS);
const idList = fc.uniqueArray(id, { maxLength: 3 }).map((ids) => ids.sort());
export const arbitraryTime = fc.oneof(fc.constantFrom(...TIMES), fc.integer({ min: Date.UTC(2023, 0), max: Date.UTC(2026, 11) }));

function few<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant<Value[]>([]) }, { weight: 1, arbitrary: fc.array(arbitrary, { maxLength: 3 }) });
}

const attachment = fc.record({ name: text, state: fc.constantFrom(...ATTACHMENT_STATES) });
const part = fc.tuple(text, few(text)).map(([own, inner]) =>
  makePart(
    own,
    inner.map((piece) => makePart(piece)),
  ),
);
const source = fc.record({ source: id, importRunId: fc.constantFrom('run-1', 'run-2', 'run-3'), kind: fc.constantFrom(...SOURCE_KINDS) });

/** Any message, told by its own id: `index` keeps them apart. */
export const arbitraryMessage: fc.Arbitrary<(index: number) => Message> = fc
  .record({
    identitySpace: fc.constantFrom('test', 'other', ''),
    platform: fc.constantFrom(...PLATFORMS),
    kind: fc.constantFrom(...MESSAGE_KINDS),
    conversationId: id,
    conversationName: fc.option(fc.constantFrom('组', '甲组', '')),
    conversationKind: fc.constantFrom(...CONVERSATION_KINDS),
    senderId: fc.option(id),
    senderName: fc.option(fc.constantFrom('李', '李四', 'Li')),
    recipientIds: idList,
    custodianIds: idList,
    sentAt: fc.option(arbitraryTime, { freq: 8 }),
    dateState: fc.constantFrom(...DATE_STATES),
    text,
    editedAt: fc.option(arbitraryTime, { freq: 1 }),
    quoted: fc.option(text, { freq: 1 }),
    parts: few(part),
    attachments: few(attachment),
    versions: few(text),
    recall: fc.option(fc.record({ at: fc.option(arbitraryTime), by: fc.constant(null) }), { freq: 2 }),
    warnings: fc.subarray([...WARNING_CODES], { maxLength: 3 }),
    sources: fc.array(source, { minLength: 1, maxLength: 3 }),
  })
  .map(
    (drawn) => (index) =>
      makeMessage(`m${index}`, {
        ...drawn,
        dateState: drawn.sentAt === null ? 'undated' : drawn.dateState,
        quoted: drawn.quoted === null ? null : { text: drawn.quoted, author: null, nativeId: null },
        attachments: drawn.attachments.map(({ name, state }, place) => makeAttachment(name, { id: `${place}`, state })),
        versions: drawn.versions.map((version, place) => ({ text: version, at: place, by: null })),
        sources: drawn.sources.map(({ source: name, importRunId, kind }, place) =>
          makeSource(name, `m${index}`, { importRunId, kind, line: place + 1 }),
        ),
      }),
  );
