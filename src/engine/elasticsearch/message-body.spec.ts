import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { ATTACHMENT_STATES } from '../../domain/values.js';
import { FIELD_NAMES, fieldDefinition } from '../../query/fields.js';
import { HOSTILE_TEXTS } from '../../../test/support/hostile-texts.js';
import { makeAttachment, makeMessage } from '../../../test/support/make-message.js';
import { prepare } from '../../../test/support/prepare.js';
import { scaled } from '../../../test/support/scale.js';
import type { PreparedMessage } from '../prepared-batch.js';
import { BulkBody } from './message-body.js';

const GRAMS = ['clean', 'raw', 'masked', 'names', 'attachments', 'digits', 'words'] as const;
const MAPPING = JSON.parse(readFileSync(new URL('../../../mappings/messages.elasticsearch.json', import.meta.url), 'utf8')) as {
  mappings: { _source: { excludes: string[] }; properties: Record<string, { type?: string; properties?: object }> };
};

function linesOf(messages: readonly PreparedMessage[]): Record<string, unknown>[] {
  const body = new BulkBody();
  for (const message of messages) body.add(message, null, { writeId: 'w' });
  return body.bytes().toString('utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** What a document should be, by way of objects. */
function expectedOf(prepared: PreparedMessage): Record<string, unknown> {
  const { body, name, attachment } = prepared.folded;
  const all = {
    ...prepared.values,
    ...Object.fromEntries(GRAMS.map((field) => [field, prepared.text(field) || null])),
    bodyLength: prepared.number('bodyLength'),
    hasSenderName: prepared.number('hasSenderName') === 1,
    hasConversationName: prepared.number('hasConversationName') === 1,
    foldedBody: body || null,
    foldedName: name || null,
    foldedAttachment: attachment || null,
    document: Buffer.from(prepared.document).toString('base64'),
    writeId: 'w',
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)));
}

describe('message body', () => {
  it('is the JSON of the message, whatever its texts hold', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }), (texts) => {
        const messages = texts.map(([one, other], index) =>
          prepare(makeMessage(`m${index}`, { text: one, senderName: other, senderId: other, sentAt: index === 0 ? null : -index, conversationId: one })),
        );
        const lines = linesOf(messages);
        messages.forEach((message, index) => {
          expect(lines[index * 2]).toEqual({ create: { _id: message.id } });
          expect(lines[index * 2 + 1]).toEqual(expectedOf(message));
        });
      }),
      { numRuns: scaled(2_000) },
    );
  });

  it('has grams without anything that JSON escapes', () => {
    const everything = Array.from({ length: 0x250 }, (_, unit) => String.fromCharCode(unit)).join('');
    for (const field of GRAMS) {
      const message = prepare(makeMessage('m', { text: `${everything} 1-2`, senderName: everything, attachments: [makeAttachment(everything)] }));
      expect(message.text(field)).not.toMatch(/[\0-\x1f"\\\ud800-\udfff]/);
    }
  });

  it('counts attachments by state, and names what it replaces', () => {
    const attachments = (['missing', 'ok', 'missing'] as const).map((state, index) => makeAttachment(`${index}`, { state }));
    const body = new BulkBody();
    body.add(prepare(makeMessage('m', { attachments })), { sequence: 5, term: 2 }, { writeId: 'w', copiedFrom: 9 });
    const [action, document] = body.bytes().toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(action).toEqual({ index: { _id: makeMessage('m').id, if_seq_no: 5, if_primary_term: 2 } });
    expect(document).toMatchObject({ attachmentCounts: { missing: 2, ok: 1 }, copiedFrom: 9, isReplacement: true });
  });

  it('has the fields of the mapping, and the mapping those that filters may name', () => {
    const types = { keyword: 'keyword', date: 'date', number: 'integer', boolean: 'boolean' } as const;
    const { properties, _source: source } = MAPPING.mappings;
    for (const name of FIELD_NAMES) expect([name, properties[name]?.type]).toEqual([name, types[fieldDefinition(name).kind]]);
    expect(Object.keys(properties['attachmentCounts']!.properties!)).toEqual([...ATTACHMENT_STATES]);
    expect(source.excludes).toEqual([...GRAMS]);
    for (const name of GRAMS) expect(properties[name]).toMatchObject({ type: 'text', analyzer: 'whitespace', norms: false });
    const others = ['bodyLength', 'hasSenderName', 'hasConversationName', 'attachmentCounts', 'document', 'foldedBody', 'foldedName', 'foldedAttachment', 'writeId', 'copiedFrom', 'isReplacement', 'isStub', 'disposals'];
    expect(Object.keys(properties).sort()).toEqual([...FIELD_NAMES, ...GRAMS, ...others].sort());
  });
});
