import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeAttachment } from '../../test/support/make-message.js';
import type { Attachment, StoredMessage } from '../domain/message.js';
import { messageId } from '../domain/message-id.js';
import { decodeDocument, encodeDocument } from './document-codec.js';

const string = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '合同.docx', 'a"b\\c\n', '\ud800', 'x'.repeat(5000)));
const nullable = fc.option(string);

/** Without a token, as earlier versions wrote all; with one; with further bytes. */
function attachmentsOf(line: number): readonly Attachment[] {
  const bytes = { state: 'not_scanned', size: 1, sha256: 'f'.repeat(64) } as const;
  return [makeAttachment('a', bytes), makeAttachment('b', { ...bytes, token: 'c' }), makeAttachment('d', { otherBytes: [{ sha256: 'e', token: null }] })].slice(line % 4);
}

/** A message whose strings partly stand in its raw record, as they do in real archives. */
const stored: fc.Arbitrary<StoredMessage> = fc
  .record({
    nativeId: string, conversationId: string, conversationName: nullable, senderId: nullable, senderName: nullable, nativeType: nullable,
    recipientIds: fc.array(string), custodianIds: fc.array(string), text: string, sentAt: fc.option(fc.integer()),
    extra: fc.dictionary(string, fc.jsonValue()), editedAt: fc.option(fc.nat()), others: fc.array(string, { maxLength: 2 }), line: fc.nat(),
  })
  .map(({ others, line, ...fields }) => {
    const { extra, ...inRaw } = fields;
    const texts = [JSON.stringify(inRaw), ...others].map((text) => text.toWellFormed());
    const raws = texts.map((text) => ({ text, sha256: hash('sha256', text, 'hex') }));
    return {
      raws,
      message: {
        ...inRaw, extra: JSON.parse(JSON.stringify(extra)) as Record<string, unknown>,
        id: messageId('space', fields.nativeId), identitySpace: 'space', platform: 'wecom', kind: 'text', conversationKind: 'group',
        sentAtBasis: { value: '2026-01-01T00:00:00Z', zone: 'Z', unit: 'iso', assumed: false }, dateState: 'exact',
        quoted: null, parts: [], attachments: attachmentsOf(line), versions: [], recall: null, warnings: [],
        sources: raws.map(({ sha256 }) => ({ source: 'phone', sha256, file: 'a.jsonl', line, importRunId: 'run', kind: line % 2 === 0 ? ('recall' as const) : ('message' as const), sequence: line % 3 === 0 ? '9007199254740993' : null })),
      },
    } satisfies StoredMessage;
  });

describe('document codec', () => {
  it('gives back every message and its raw records exactly', () => {
    fc.assert(
      fc.property(stored, (original) => {
        expect(decodeDocument(encodeDocument(original))).toEqual(original);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the hash of a record that is not kept', () => {
    const [original] = fc.sample(stored, 1) as [StoredMessage];
    const sources = [{ ...original.message.sources[0]!, sha256: 'f'.repeat(64) }];
    const changed = { ...original, message: { ...original.message, sources } };
    expect(decodeDocument(encodeDocument(changed))).toEqual(changed);
  });

  it('refuses what it did not write', () => {
    expect(() => decodeDocument(Buffer.from('{"message":{}}'))).toThrow('unknown document format 123');
  });
});
