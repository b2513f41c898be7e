import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeAttachment, makeMessage } from '../../test/support/make-message.js';
import { scaled } from '../../test/support/scale.js';
import { bytesOf } from '../domain/blob-token.js';
import type { Attachment, Message, MessagePart, StoredMessage } from '../domain/message.js';
import { ATTACHMENT_STATES, CONVERSATION_KINDS, DATE_STATES, MESSAGE_KINDS, PLATFORMS, WARNING_CODES } from '../domain/values.js';
import { contentOf, isKnown, mergeArrival, mergeMessages } from './merge-message.js';

const id = fc.constantFrom('', 'li', 'wang', 'zhang');
const text = fc.oneof(fc.constantFrom('', '付款', '付款了', '別告訴別人'), fc.string({ maxLength: 3 }));
const time = fc.option(fc.integer({ min: 1, max: 5 }));
const json = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'a', 0, [], {}),
  fc.jsonValue({ maxDepth: 2 }).filter((value) => !Object.is(value, -0)),
);
const part: fc.Arbitrary<MessagePart> = fc.record({
  kind: fc.constant('text' as const),
  text,
  sentAt: time,
  senderName: fc.option(id),
  parts: fc.constant([]),
});

const attachment: fc.Arbitrary<Attachment> = fc
  .record({
    name: fc.constantFrom('a', 'b'),
    mime: fc.option(fc.constantFrom('m', 'n')),
    declaredSize: time,
    declaredSha256: fc.option(fc.constantFrom('x', 'y')),
    size: time,
    sha256: fc.option(fc.constantFrom('p', 'q')),
    state: fc.constantFrom(...ATTACHMENT_STATES),
    key: fc.constantFrom('1', '2', '3'),
  })
  .map(({ key, ...rest }) => makeAttachment(rest.name, { ...rest, id: key }));

const dated = fc.record({
  dateState: fc.constantFrom(...DATE_STATES),
  sentAt: time,
  sentAtBasis: fc.record({
    value: fc.constantFrom('1', '2', '10'),
    zone: fc.option(fc.constant('+08:00')),
    unit: fc.constantFrom('iso', 'ms', 's', 'none'),
    assumed: fc.boolean(),
  }),
});

/** One record's message, as an importer makes it: without sender among the recipients, lists sorted, one source. */
const record: fc.Arbitrary<StoredMessage> = fc
  .record({
    platform: fc.constantFrom(...PLATFORMS),
    kind: fc.constantFrom(...MESSAGE_KINDS),
    nativeType: fc.option(id),
    conversationId: id,
    conversationName: fc.option(text),
    conversationKind: fc.constantFrom(...CONVERSATION_KINDS),
    senderId: fc.option(fc.constantFrom('li', 'wang', 'zhang')),
    senderName: fc.option(text),
    recipientIds: fc.uniqueArray(fc.constantFrom('li', 'wang', 'zhang', 'zhao')).map(sorted),
    custodianIds: fc.uniqueArray(fc.constantFrom('li', 'wang')).map(sorted),
    time: dated,
    text,
    editedAt: time,
    versions: fc.uniqueArray(fc.record({ text, at: time, by: fc.option(id) }), { maxLength: 3, selector: (version) => version.text }),
    quoted: fc.option(fc.record({ text, author: fc.option(id), nativeId: fc.option(id) })),
    parts: fc.array(part, { maxLength: 2 }),
    attachments: fc.uniqueArray(attachment, { maxLength: 3, selector: (one) => one.id }),
    recall: fc.option(fc.record({ at: time, by: fc.option(id) })),
    warnings: fc.uniqueArray(fc.constantFrom(...WARNING_CODES), { maxLength: 3 }).map(sorted),
    extra: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), json),
    source: fc.record({
      source: fc.constantFrom('phone', 'server'),
      sha256: fc.constantFrom('0', '1', '2'),
      file: fc.constantFrom('a.jsonl', 'b.jsonl'),
      line: fc.integer({ min: 1, max: 3 }),
      importRunId: fc.constantFrom('run-1', 'run-2'),
    }),
  })
  .map(({ source: place, time: { dateState, sentAt, sentAtBasis }, ...fields }) => {
    // The bytes decide what the record is.
    const source = { ...place, kind: place.sha256 === '2' ? ('recall' as const) : ('message' as const), sequence: place.sha256 };
    const recipientIds = fields.recipientIds.filter((recipient) => recipient !== fields.senderId);
    const message = makeMessage('m', { ...fields, recipientIds, dateState, sentAt, sentAtBasis, sources: [source] });
    // The bytes decide the hash.
    return normal({ message, raws: [{ sha256: source.sha256, text: `raw ${source.sha256}` }] });
  });

function sorted<Value extends string>(values: readonly Value[]): Value[] {
  return [...values].sort();
}

/** What a join makes of a message alone: texts in order. Importers of formats with edits bring theirs in this form. */
function normal(stored: StoredMessage): StoredMessage {
  return mergeMessages(stored, stored);
}

/** With references to all its bytes. */
function referring({ message, raws }: StoredMessage, token: string): StoredMessage {
  const attachments = message.attachments.map((one) => ({ ...one, token: one.sha256 === null ? null : token }));
  return { message: { ...message, attachments }, raws };
}

/** Attachment, hash and, as the last character, the token. */
function listedBytes({ attachments }: Message): string[] {
  return attachments.flatMap((one) => bytesOf(one).map(({ sha256, token }) => `${one.id} ${sha256} ${token ?? '-'}`));
}

const options = { numRuns: scaled(10_000) };

describe('mergeMessages is a join', () => {
  it('commutative', () => {
    fc.assert(
      fc.property(record, record, (a, b) => expect(mergeMessages(a, b)).toEqual(mergeMessages(b, a))),
      options,
    );
  });

  it('associative', () => {
    fc.assert(
      fc.property(record, record, record, (a, b, c) =>
        expect(mergeMessages(mergeMessages(a, b), c)).toEqual(mergeMessages(a, mergeMessages(b, c))),
      ),
      options,
    );
  });

  it('idempotent, and absorbing: what was merged once changes nothing more', () => {
    fc.assert(
      fc.property(record, record, (a, b) => {
        const merged = mergeMessages(a, b);
        expect(mergeMessages(merged, merged)).toEqual(merged);
        expect(mergeMessages(merged, b)).toEqual(merged);
        expect(mergeArrival(merged, a)).toMatchObject({ outcome: 'duplicate', isChanged: false });
        expect([isKnown(merged, a), isKnown(merged, b)]).toEqual([true, true]);
        expect(isKnown(a, b) && mergeArrival(a, b).isChanged).toBe(false);
      }),
      options,
    );
  });

  it('loses no bytes and no reference to them, whatever references were drawn', () => {
    fc.assert(
      fc.property(record, record, (a, b) => {
        const merged = mergeMessages(referring(a, 'a'), referring(b, 'b'));
        expect(contentOf(merged)).toEqual(contentOf(mergeMessages(b, a)));
        const [ours, theirs, all] = [a, b, merged].map(({ message }) => listedBytes(message)) as [string[], string[], string[]];
        expect(all.map((one) => one.slice(0, -1)).sort()).toEqual([...new Set([...ours, ...theirs].map((one) => one.slice(0, -1)))].sort());
        for (const one of all) expect(one.at(-1)).toBe(ours.some((known) => known.slice(0, -1) === one.slice(0, -1)) ? 'a' : 'b');
        expect(mergeArrival(merged, referring(a, 'c'))).toMatchObject({ stored: merged, outcome: 'duplicate', isChanged: false });
      }),
      options,
    );
  });

  it('loses no text, raw record, source, participant, custodian, attachment or extra key', () => {
    fc.assert(
      fc.property(record, record, (a, b) => {
        const merged = mergeMessages(a, b);
        for (const one of [a, b]) {
          expect(textsOf(merged.message)).toEqual(expect.arrayContaining(textsOf(one.message)));
          expect(participantsOf(merged.message)).toEqual(expect.arrayContaining(participantsOf(one.message)));
          expect(merged.raws).toEqual(expect.arrayContaining([...one.raws]));
          expect(merged.message.custodianIds).toEqual(expect.arrayContaining([...one.message.custodianIds]));
          expect(merged.message.attachments.map((known) => known.id)).toEqual(
            expect.arrayContaining(one.message.attachments.map((known) => known.id)),
          );
          expect(Object.keys(merged.message.extra)).toEqual(expect.arrayContaining(Object.keys(one.message.extra)));
          expect(merged.message.sources.map(keyOf)).toEqual(expect.arrayContaining(one.message.sources.map(keyOf)));
        }
        expect(new Set(textsOf(merged.message)).size).toBe(textsOf(merged.message).length);
      }),
      options,
    );
  });
});

describe('an orphan recall', () => {
  const recalled = { at: 9000, by: 'admin' };
  const recall = stored(
    { text: '', kind: 'system', sentAt: null, senderId: 'admin', recipientIds: ['li'], recall: recalled },
    '2',
    { kind: 'recall' },
  );
  const original = stored({ text: '付款', kind: 'text', senderId: 'zhang', senderName: '张', recipientIds: ['li'] });
  const edit = stored({ text: '付款了', editedAt: 2000, senderId: 'zhang', recipientIds: ['li'] }, '1');
  const second = stored({ text: '付款', senderId: 'zhang', recipientIds: ['li', 'wang'] }, '3', { source: 'server' });

  it('and original, edit and second source end in one message, in every order', () => {
    const expected = {
      text: '付款了', editedAt: 2000, versions: [{ text: '付款', at: null, by: null }], kind: 'text', sentAt: 1000, dateState: 'exact',
      senderId: 'zhang', senderName: '张', recipientIds: ['admin', 'li', 'wang'], recall: recalled, warnings: [],
    };
    for (const order of ordersOf([recall, original, edit, second])) {
      const merged = order.reduce(mergeMessages);
      expect(merged.message).toMatchObject(expected);
      expect(merged).toEqual([recall, original, edit, second].reduce(mergeMessages));
      expect(merged.raws).toHaveLength(4);
      expect(merged.message.sources).toHaveLength(4);
    }
  });

  it('and what it recalls merge whichever comes first, and each is known the second time', () => {
    for (const [first, then] of [[recall, original], [original, recall]] as const) {
      const { stored: merged, outcome } = mergeArrival(first, then);
      expect(outcome).toBe('merged');
      expect(merged.message).toMatchObject({ text: '付款', sentAt: 1000, senderId: 'zhang', kind: 'text', recall: recalled });
      expect(mergeArrival(merged, then)).toMatchObject({ outcome: 'duplicate', isChanged: false });
    }
  });

  it('that meets another stays one', () => {
    const other = stored({ text: '', sentAt: null, recall: { at: 8000, by: null } }, '4', { kind: 'recall' });
    expect(mergeMessages(recall, other).message).toMatchObject({ text: '', sentAt: null, recall: { at: 8000, by: 'admin' } });
  });
});

function ordersOf<Value>(values: readonly Value[]): Value[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((first, index) => ordersOf(values.filter((_, other) => other !== index)).map((rest) => [first, ...rest]));
}

const textsOf = (message: Message): string[] =>
  [message.text, ...message.versions.map((version) => version.text)].filter((one) => one !== '');
const participantsOf = (message: Message): string[] => [...message.recipientIds, ...(message.senderId === null ? [] : [message.senderId])];
const keyOf = ({ source, sha256 }: Message['sources'][number]): string => `${source} ${sha256}`;

function stored(
  overrides: Parameters<typeof makeMessage>[1],
  sha256 = '0',
  place: Partial<Message['sources'][number]> = {},
): StoredMessage {
  const source = { source: 'phone', sha256, file: 'b.jsonl', line: 5, importRunId: 'run-5', kind: 'message' as const, sequence: null, ...place };
  return { message: makeMessage('m', { text: '付款', sentAt: 1000, ...overrides, sources: [source] }), raws: [{ sha256, text: sha256 }] };
}

describe('mergeMessages decides', () => {
  // prettier-ignore
  it.each<[string, Parameters<typeof makeMessage>[1], Parameters<typeof makeMessage>[1], Partial<Message>]>([
    ['the last edit is the text', { text: 'old' }, { text: 'new', editedAt: 2000 }, { text: 'new', editedAt: 2000, versions: [{ text: 'old', at: null, by: null }] }],
    ['of contradicting texts the longer', { text: '付款了' }, { text: '收款' }, { text: '付款了', versions: [{ text: '收款', at: null, by: null }] }],
    ['a text beats none', { text: '', kind: 'other' }, { text: '付款' }, { text: '付款', kind: 'text', versions: [] }],
    ['a known time beats a doubtful one', { sentAt: 1000, dateState: 'assumedUnit' }, { sentAt: 2000, dateState: 'exact' }, { sentAt: 2000, dateState: 'exact' }],
    ['a time beats none', { sentAt: null }, { sentAt: 2000 }, { sentAt: 2000 }],
    ['of two sure times the earlier', { sentAt: 3000 }, { sentAt: 2000 }, { sentAt: 2000 }],
    ['a recall stays, at its earliest known time', { recall: { at: null, by: 'li' } }, { recall: { at: 5, by: null } }, { recall: { at: 5, by: 'li' } }],
    ['a sender that loses stays a participant', { senderId: 'wang', recipientIds: ['li'] }, { senderId: 'li' }, { senderId: 'li', recipientIds: ['wang'] }],
    ['found bytes beat missing ones', { attachments: [makeAttachment('a')] }, { attachments: [makeAttachment('a', { state: 'not_scanned', sha256: 's', size: 1 })] },
      { attachments: [makeAttachment('a', { state: 'not_scanned', sha256: 's', size: 1 })] }],
    ['a known kind of conversation', { conversationKind: 'unknown', conversationName: null }, { conversationKind: 'direct', conversationName: '群' }, { conversationKind: 'direct', conversationName: '群' }],
  ])('%s', (_what, one, other, expected) => {
    expect(mergeMessages(stored(one), stored(other, '1')).message).toMatchObject(expected);
    expect(mergeMessages(stored(other, '1'), stored(one)).message).toMatchObject(expected);
  });

  // prettier-ignore
  it.each<[string, StoredMessage, StoredMessage, string, boolean]>([
    ['the same record of the same place', stored({}), stored({}), 'duplicate', false],
    ['the same record, imported again later', stored({}), stored({}, '0', { importRunId: 'run-7' }), 'duplicate', false],
    ['the same record, from a file that comes first', stored({}), stored({}, '0', { file: 'a.jsonl' }), 'duplicate', true],
    ['the same record of another source', stored({}), stored({}, '0', { source: 'server' }), 'merged', true],
    ['another record that says the same', stored({}), stored({}, '1'), 'merged', true],
    ['another text', stored({}), stored({ text: '收款' }, '1'), 'conflict', true],
    ['another text that an edit explains', stored({}), stored({ text: '收款', editedAt: 5 }, '1'), 'merged', true],
    ['a text for an orphan recall', stored({ text: '', recall: { at: 5, by: null } }), stored({}, '1'), 'merged', true],
    ['a recall without the text', stored({}), stored({ text: '', recall: { at: 5, by: null } }, '1'), 'merged', true],
    ['a text that is already a version', mergeMessages(stored({}), stored({ text: '收款了' }, '1')), stored({}, '2'), 'merged', true],
    ['another quote', stored({ quoted: { text: 'a', author: null, nativeId: null } }), stored({ quoted: { text: 'b', author: null, nativeId: null } }, '1'), 'conflict', true],
  ])('the outcome of %s', (_what, known, arriving, outcome, isChanged) => {
    expect(mergeArrival(known, arriving)).toMatchObject({ outcome, isChanged });
  });
});
