import { describe, expect, it } from '@jest/globals';
import type { MappedEntry } from '../domain/archive-record.js';
import type { WarningCode } from '../domain/values.js';
import { holdfastJsonlImporter } from './holdfast-jsonl.importer.js';

const NOW = Date.UTC(2026, 10, 22);
const RECORD = { id: 'm1', conversationId: 'c1', senderId: 'zhang', sentAt: '2026-03-02T09:00:00+08:00', text: '你好' };

function mapBytes(bytes: Uint8Array, isUnterminated = false): MappedEntry {
  return holdfastJsonlImporter.map({ bytes, line: 1, endOffset: bytes.length, ...(isUnterminated && { isUnterminated }) }, { now: NOW, identitySpace: 'company' });
}

function mapText(json: string, isUnterminated?: boolean): MappedEntry {
  return mapBytes(Buffer.from(json), isUnterminated);
}

function draftOf(record: object): Extract<MappedEntry, { kind: 'message' }>['draft'] {
  const mapped = mapText(JSON.stringify(record));
  if (mapped.kind === 'rejected') throw new Error(mapped.detail);
  return mapped.draft;
}

describe('Holdfast JSONL', () => {
  it('maps every field', () => {
    const record = {
      ...RECORD,
      senderName: '张伟',
      conversationName: '采购群',
      conversationKind: 'group',
      recipientIds: ['li', 'wang', 'li', 'zhang'],
      custodianIds: ['zhang'],
      kind: 'image',
      platform: 'wecom',
      recalledAt: 1_772_413_260_000,
      recalledBy: 'admin',
      quoted: { text: '原文', author: 'li', id: 'm0' },
      attachments: [{ name: '合同.docx', path: 'media/a.docx', mime: 'application/msword', size: 12, sha256: 'A'.repeat(64) }],
      seq: 7,
      device: { os: 'iOS' },
    };
    const mapped = mapText(JSON.stringify(record));
    const id = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect(mapped).toEqual({
      kind: 'message',
      media: [{ attachmentId: id, path: 'media/a.docx', md5: null }],
      sourceKind: 'message',
      sequence: null,
      draft: {
        nativeId: 'm1',
        nativeType: null,
        platform: 'wecom',
        kind: 'image',
        conversationId: 'c1',
        conversationName: '采购群',
        conversationKind: 'group',
        senderId: 'zhang',
        senderName: '张伟',
        recipientIds: ['li', 'wang'],
        custodianIds: ['zhang'],
        sentAt: Date.UTC(2026, 2, 2, 1),
        sentAtBasis: { value: RECORD.sentAt, zone: '+08:00', unit: 'iso', assumed: false },
        dateState: 'exact',
        text: '你好',
        editedAt: null,
        quoted: { text: '原文', author: 'li', nativeId: 'm0' },
        parts: [],
        versions: [],
        attachments: [
          {
            id,
            name: '合同.docx',
            mime: 'application/msword',
            declaredSize: 12,
            declaredSha256: 'a'.repeat(64),
            declaredMd5: null,
            size: null,
            sha256: null,
            state: 'missing',
            token: null,
          },
        ],
        recall: { at: 1_772_413_260_000, by: 'admin' },
        warnings: [],
        extra: { seq: 7, device: { os: 'iOS' } },
      },
    });
  });

  it('takes a record of the required fields alone', () => {
    expect(draftOf(RECORD)).toMatchObject({
      platform: 'holdfast',
      kind: 'text',
      conversationKind: 'unknown',
      recipientIds: [],
      quoted: null,
      recall: null,
      warnings: [],
      extra: {},
    });
  });

  // prettier-ignore
  it.each<[string, string, string, string]>([
    ['null', 'null', 'NOT_AN_OBJECT', 'null instead of an object'],
    ['a list', '[]', 'NOT_AN_OBJECT', 'an array instead of an object'],
    ['a string', '"id"', 'NOT_AN_OBJECT', 'a string instead of an object'],
    ['words', 'id,text', 'NOT_JSON', 'not JSON'],
    ['two records in one line', `${JSON.stringify(RECORD)}${JSON.stringify(RECORD)}`, 'NOT_JSON', 'not JSON'],
    ['no id', '{"conversationId":"c"}', 'FIELD_MISSING', 'no id'],
    ['an empty id', '{"id":"  "}', 'FIELD_MISSING', 'no id'],
    ['an id that is null', '{"id":null}', 'FIELD_MISSING', 'no id'],
    ['an id that is a list', '{"id":["1"]}', 'FIELD_TYPE', 'id is an array'],
    ['an inherited id', '{"__proto__":{"id":"1"}}', 'FIELD_MISSING', 'no id'],
  ])('rejects %s', (_what, json, reason, detail) => {
    expect(mapText(json)).toEqual({ kind: 'rejected', reason, detail });
  });

  it('tells a line that was cut off from one that is bad', () => {
    const half = JSON.stringify(RECORD).slice(0, 40);
    expect(mapText(half, true)).toMatchObject({ reason: 'CUT_OFF', detail: 'not JSON, cut off' });
    expect(mapText(half)).toMatchObject({ reason: 'NOT_JSON' });
    expect(mapText(JSON.stringify(RECORD), true).kind).toBe('message');
    expect(mapBytes(Buffer.from('{"id":"好').subarray(0, -1), true)).toMatchObject({ reason: 'CUT_OFF' });
  });

  it('rejects bytes that are not UTF-8, and records that were too long to hold', () => {
    expect(mapBytes(Buffer.from([...Buffer.from('{"id":"1","text":"'), 0xc4, 0xe3, 0x22, 0x7d]))).toMatchObject({ reason: 'NOT_UTF8' });
    expect(
      holdfastJsonlImporter.map({ bytes: new Uint8Array(), line: 1, endOffset: 1, excessBytes: 20_000_000 }, { now: NOW, identitySpace: 'company' }),
    ).toMatchObject({
      reason: 'RECORD_TOO_LARGE',
      detail: '20000000 bytes, over the limit of 16777216',
    });
  });

  // prettier-ignore
  it.each<[string, object, object, WarningCode[]]>([
    ['seconds', { sentAt: 1_726_538_461 }, { sentAt: 1_726_538_461_000, dateState: 'assumedUnit' }, ['TIME_UNIT']],
    ['time 0', { sentAt: 0 }, { sentAt: null, dateState: 'undated' }, ['TIME_MISSING']],
    ['no time', { sentAt: undefined }, { sentAt: null, dateState: 'undated' }, ['TIME_MISSING']],
    ['a time without offset', { sentAt: '2026-03-02T09:00:00' }, { sentAt: null, dateState: 'undated', sentAtBasis: { value: '2026-03-02T09:00:00', unit: 'none' } }, ['TIME_UNREADABLE']],
    ['a far future', { sentAt: '2050-01-01T00:00:00Z' }, { dateState: 'future' }, ['TIME_FUTURE']],
    ['a year before all platforms', { sentAt: '1970-01-20T15:00:00Z' }, { sentAt: null }, ['TIME_UNREADABLE']],
    ['no conversation', { conversationId: '' }, { conversationId: '' }, ['FIELD_MISSING']],
    ['no sender', { senderId: null }, { senderId: null }, ['FIELD_MISSING']],
    ['no text', { text: null }, { text: '' }, ['BODY_MISSING']],
    ['an empty text', { text: '' }, { text: '' }, []],
    ['no text but a quote', { text: undefined, quoted: '原文' }, { text: '', quoted: { text: '原文', author: null, nativeId: null } }, []],
    ['recipients as one string', { recipientIds: 'li, wang，li' }, { recipientIds: ['li', 'wang'] }, ['RECIPIENTS_AS_STRING']],
    ['recipients of other types', { recipientIds: [7, null, 'li'] }, { recipientIds: ['7', 'li'], extra: { recipientIds: [7, null, 'li'] } }, ['FIELD_CONVERTED', 'FIELD_IGNORED']],
    ['numbers for text', { id: 12, text: 34.5 }, { nativeId: '12', text: '34.5' }, ['FIELD_CONVERTED']],
    ['an object for text', { text: { a: 1 } }, { text: '', extra: { text: { a: 1 } } }, ['BODY_MISSING', 'FIELD_IGNORED']],
    ['an unknown kind', { kind: 'hologram' }, { kind: 'other', extra: { kind: 'hologram' } }, ['UNKNOWN_VALUE']],
    ['an unknown platform', { platform: 'WeCom' }, { platform: 'other', extra: { platform: 'WeCom' } }, ['UNKNOWN_VALUE']],
    ['an unknown kind of conversation', { conversationKind: ['group'] }, { conversationKind: 'unknown', extra: { conversationKind: ['group'] } }, ['UNKNOWN_VALUE']],
    ['a recall without a time', { recalledAt: null, recalledBy: 'li' }, { recall: { at: null, by: 'li' } }, []],
    ['a recall at an unreadable time', { recalledAt: 'soon' }, { recall: { at: null, by: null }, extra: { recalledAt: 'soon' } }, ['TIME_UNREADABLE']],
    ['no recall at all', { recalledAt: null, recalledBy: '' }, { recall: null }, []],
    ['an attachment without a name', { attachments: [{ path: 'a\\b/c.jpg' }] }, { attachments: [expect.objectContaining({ name: 'c.jpg' })] }, []],
    ['attachments that say nothing', { attachments: [{}, 'x'] }, { attachments: [], extra: { attachments: [{}, 'x'] } }, ['FIELD_IGNORED']],
    ['an attachment of a strange size', { attachments: [{ name: 'a', size: -1, sha256: 'zz' }] }, { attachments: [expect.objectContaining({ declaredSize: null, declaredSha256: null })] }, ['FIELD_IGNORED']],
    ['unknown keys inside', { attachments: [{ name: 'a', width: 3 }], quoted: { text: 'q', at: 1 } }, { extra: { attachments: [{ name: 'a', width: 3 }], quoted: { text: 'q', at: 1 } } }, []],
  ])('keeps a message with %s', (_what, change, expected, warnings) => {
    const draft = draftOf({ ...RECORD, ...change });
    expect(draft).toMatchObject(expected);
    expect(draft.warnings).toEqual(warnings);
  });

  it('keeps strange characters as they are, and ids apart that only differ in them', () => {
    const texts = ['a\u0000b', '\u202Eabc', '\u0007', '\uD83D', '\uD83Dx\uDE00', '𠮷👩‍👩‍👧‍👦', '字'.repeat(40_000)];
    for (const text of texts) expect(draftOf({ ...RECORD, text }).text).toBe(text);
    expect(draftOf({ ...RECORD, text: '\uD83D' }).warnings).toEqual(['ILL_FORMED_TEXT']);
    expect([draftOf({ ...RECORD, id: '\uD83D' }).nativeId, draftOf({ ...RECORD, id: '\uD83E' }).nativeId]).toEqual(['\\ud83d', '\\ud83e']);
  });

  it('keeps long numbers, __proto__ and every unknown key, but nothing too deep to write', () => {
    const start = '{"id":"m1","conversationId":"c","senderId":"s","sentAt":1772413200000,"text":"","__proto__":{"a":1}';
    const extraOf = (json: string): unknown[] => {
      const mapped = mapText(json);
      return mapped.kind === 'message' ? [JSON.stringify(mapped.draft.extra), mapped.draft.warnings] : [mapped];
    };
    expect(extraOf(`${start},"seq":9007199254740993}`)).toEqual(['{"__proto__":{"a":1},"seq":"9007199254740993"}', []]);
    expect(extraOf(`${start},"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)).toEqual(['{"__proto__":{"a":1}}', ['FIELD_IGNORED']]);
  });

  it('takes the last of two equal keys and says so', () => {
    const mapped = mapText('{"id":"m1","conversationId":"c","senderId":"s","sentAt":1772413200000,"text":"one","text":"two"}');
    expect(mapped).toMatchObject({ draft: { text: 'two', warnings: ['DUPLICATE_KEY'] } });
  });

  it('gives equal attachments ids of their own, and one id to a file that two exports keep in different places', () => {
    const ids = (attachments: object[]): string[] => draftOf({ ...RECORD, attachments }).attachments.map(({ id }) => id);
    const sha256 = '0'.repeat(64);
    expect(
      new Set(
        ids([
          { name: 'a', path: 'a' },
          { name: 'a', path: 'a' },
          { name: 'a', path: 'b' },
        ]),
      ).size,
    ).toBe(3);
    expect(ids([{ name: 'a', path: 'x/a', sha256 }])).toEqual(ids([{ name: 'a', path: 'y/a', sha256 }]));
  });
});
