import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REPOSITORY } from '../../test/support/run-tool.js';
import type { MappedEntry, MessageDraft } from '../domain/archive-record.js';
import type { MessageKind, WarningCode } from '../domain/values.js';
import { wecomChatdataImporter } from './wecom-chatdata.importer.js';
import { WECOM_TYPES } from './wecom-types.js';

const NOW = Date.UTC(2026, 10, 22);
const START = 1_772_413_200_000;
const RECORD = {
  msgid: 'm1',
  action: 'send',
  from: 'LinYue',
  tolist: ['HeMing'],
  roomid: '',
  msgtime: START,
  msgtype: 'text',
  text: { content: '你好' },
};

type MappedMessage = Extract<MappedEntry, { kind: 'message' }>;

function mapText(json: string, identitySpace = 'company'): MappedEntry {
  const bytes = Buffer.from(json);
  return wecomChatdataImporter.map({ bytes, line: 1, endOffset: bytes.length }, { now: NOW, identitySpace });
}

function mapped(record: object): MappedMessage {
  const entry = mapText(JSON.stringify(record));
  if (entry.kind === 'rejected') throw new Error(entry.detail);
  return entry;
}

const draftOf = (change: object): MessageDraft => mapped({ ...RECORD, ...change }).draft;

async function importFixture(name: string): Promise<{ line: number; entry: MappedEntry }[]> {
  const found: { line: number; entry: MappedEntry }[] = [];
  const stream = createReadStream(join(REPOSITORY, 'test', 'fixtures', 'wecom', name), { highWaterMark: 500 });
  for await (const batch of wecomChatdataImporter.entries(stream as AsyncIterable<Uint8Array>, { offset: 0, line: 0 }))
    for (const record of batch) found.push({ line: record.line, entry: wecomChatdataImporter.map(record, { now: NOW, identitySpace: 'company' }) });
  return found;
}

async function messagesOf(name: string): Promise<MappedMessage[]> {
  return (await importFixture(name)).flatMap(({ entry }) => (entry.kind === 'message' ? [entry] : []));
}

/** What a reader sees of each record of every-type.jsonl: kind, text, attachment, and where the rest is kept. */
// prettier-ignore
const EVERY_TYPE: readonly [type: string | null, kind: MessageKind, text: string, attachment?: string][] = [
  ['text', 'text', '码头的账今晚对[微笑]'],
  ['image', 'image', '', 'image.jpg 70961'],
  ['voice', 'voice', '', 'voice.amr 6810'],
  ['video', 'video', '', 'video.mp4 151'],
  ['emotion', 'sticker', '', 'sticker.png 9626'],
  ['file', 'file', '', '提单.docx 1030'],
  [null, 'system', ''],
  ['agree', 'consent', ''],
  ['disagree', 'consent', ''],
  ['card', 'contact', '微信联系人\nwmK3customer0001'],
  ['location', 'location', '内港码头\n澳门某街8号'],
  ['link', 'link', '船期表\n三月\nhttps://example.com/a'],
  ['weapp', 'miniapp', '报关小程序\n填单\n报关'],
  ['chatrecord', 'forward', '群聊的聊天记录', '发票.pdf 99'],
  ['mixed', 'mixed', '', 'image.jpg 13'],
  ['todo', 'calendar', 'HeMing的消息\n明天前付款'],
  ['vote', 'poll', '去哪\n氹仔\n路环'],
  ['vote', 'poll', '去哪\n氹仔'],
  ['collect', 'form', '登记\n港务群\n小林\n姓名\n日期'],
  ['redpacket', 'payment', '恭喜发财'],
  ['external_redpacket', 'payment', '大吉大利'],
  ['meeting', 'meeting', '夕会\n三楼\n带账本'],
  ['meeting_notification', 'meeting', '会议已开始'],
  ['docmsg', 'document', '对账&差额\nHeMing\nhttps://example.com/d'],
  ['markdown', 'text', '**告警** 超时'],
  ['news', 'link', '周报\n本周\nhttps://example.com/w\n月报\n本月\nhttps://example.com/m'],
  ['calendar', 'calendar', '复盘\n小林\n小何\n小赵\n3F\n带表'],
  ['meeting_voice_call', 'call', '演示.docx', 'recording null'],
  ['voip_doc_share', 'file', '', '共享.pdf.pdf null'],
  ['sphfeed', 'channel', '旅行家\n缆车'],
  ['voiptext', 'call', ''],
  ['qydiskfile', 'file', '', '盘里的.log null'],
  ['solitaire', 'other', '接龙\n小赵\n加一\n笔记'],
  ['switch', 'company_switch', ''],
];

describe('WeCom records', () => {
  it('are read by their type, every one', async () => {
    const found = (await messagesOf('every-type.jsonl')).map(({ draft }) => [
      draft.nativeType,
      draft.kind,
      draft.text,
      ...draft.attachments.map(({ name, declaredSize }) => `${name} ${declaredSize}`),
    ]);
    expect(found).toEqual(EVERY_TYPE);
    expect([...WECOM_TYPES.keys()].filter((type) => !EVERY_TYPE.some(([name]) => name === type))).toEqual(['revoke']);
  });

  it('keep what the model has no place for under the name of their type, numbers exact', async () => {
    const extras = (await messagesOf('every-type.jsonl')).map(({ draft }) => draft.extra);
    expect(extras).toEqual(
      expect.arrayContaining([
        {},
        { voice: { play_length: 10, sdkfileid: 'F2' } },
        { revoke: { msgid: '700000000000000007_1772413620000' } },
        { disagree: { userid: 'wmK3customer0001', agree_time: START } },
        { location: { longitude: 113.55, latitude: 22.19, address: '澳门某街8号', title: '内港码头', zoom: 15 } },
        { external_redpacket: { type: 2, wish: '大吉大利', totalcnt: 2, totalamount: 20 } },
        { meeting: expect.objectContaining({ meetingid: '11101571002822706744', status: 1 }) },
        { vote: { votetitle: '去哪', voteitem: ['氹仔', '路环'], votetype: 101, voteid: 'V1' } },
        { voipid: 'gr2', voip_doc_share: { filesize: '11101571002822706744', sdkfileid: 'F7' } },
        { voiptext: { callduration: 9, invitetype: 2 } },
      ]),
    );
  });

  it('are the same in envelopes, whatever key and form the record has there, with their place in the stream', async () => {
    const [lines, answers] = [await messagesOf('every-type.jsonl'), await messagesOf('answer.json')];
    expect(answers.map(({ draft, media }) => [draft, media])).toEqual(lines.map(({ draft, media }) => [draft, media]));
    expect(answers.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => String(9_007_199_254_740_993n + BigInt(index))));
    expect(new Set(lines.map(({ sequence }) => sequence))).toEqual(new Set([null]));
  });

  it('are the same in a dump with a column for every type, but for what dumps do to them', async () => {
    const [lines, dump] = [await messagesOf('every-type.jsonl'), await messagesOf('flattened.jsonl')];
    for (const [index, { draft, sequence, sourceKind }] of dump.entries()) {
      const { extra: _extra, recall, warnings, sentAtBasis: _basis, ...rest } = draft;
      expect(lines[index]!.draft).toMatchObject(rest);
      expect([sequence, sourceKind, warnings]).toEqual([String(100 + index), lines[index]!.sourceKind, ['RECIPIENTS_AS_STRING']]);
      expect(recall).toEqual(index === 1 ? { at: START + 999_000, by: null } : lines[index]!.draft.recall);
    }
    expect(dump).toHaveLength(7);
  });

  it('are read in the second dialect too', async () => {
    const found = await importFixture('second-dialect.json');
    expect(found.map(({ entry }) => (entry.kind === 'message' ? entry.draft : entry.detail))).toMatchObject([
      {
        nativeType: 'text',
        text: '第二种写法',
        senderId: 'woStaff00000001',
        recipientIds: ['wmCustomer000001'],
        custodianIds: ['woStaff00000001'],
        conversationKind: 'direct',
        sentAt: START,
        sentAtBasis: { value: '1772413200', unit: 's', assumed: false },
        recall: null,
        warnings: [],
        extra: { msgtype: 1 },
      },
      {
        kind: 'image',
        conversationId: 'wrHarborRoom0002',
        conversationKind: 'group',
        custodianIds: ['woStaff00000001'],
        recall: { at: null, by: null },
      },
      'encrypted, no key is configured: publickey_ver 4, seq unknown, msgid s3',
    ]);
  });

  it('name what is still encrypted, its key and its place', async () => {
    const found = await importFixture('encrypted.json');
    expect(
      found.map(({ line, entry }) => [line, entry.kind === 'rejected' && entry.reason, entry.kind === 'rejected' && entry.detail]),
    ).toEqual(
      [1, 2, 3, 4].map((seq) => [
        seq,
        'ENCRYPTED',
        `encrypted, no key is configured: publickey_ver ${seq < 3 ? 1 : 2}, seq ${seq}, msgid e${seq}`,
      ]),
    );
  });
});

describe('WeCom bad input', () => {
  it('gives each record of the fixture its report line', async () => {
    const found = (await importFixture('bad-input.jsonl')).map(({ line, entry }) =>
      entry.kind === 'rejected' ? [line, entry.reason] : [line, entry.draft.nativeId.slice(0, 9), ...entry.draft.warnings],
    );
    // prettier-ignore
    expect(found).toEqual([
      [1, 'bad-1'], [3, 'NOT_AN_OBJECT'], [4, 'NOT_AN_OBJECT'], [5, 'made:09f2', 'ID_MADE'], [6, 'FIELD_MISSING'], [7, 'bad-7', 'TIME_UNIT'],
      [8, 'bad-8', 'TIME_MISSING'], [9, 'bad-9', 'TIME_FUTURE'], [10, 'bad-10', 'RECIPIENTS_AS_STRING'], [11, 'bad-11', 'BODY_MISSING'],
      [12, 'bad-12', 'ILL_FORMED_TEXT'], [13, 'ENCRYPTED'], [14, 'bad-15'], [15, 'bad-15'], [16, 'bad-15'], [17, 'not-there'],
      [18, 'bad-17', 'TYPE_UNKNOWN'], [19, 'CUT_OFF'],
    ]);
  });

  // prettier-ignore
  it.each<[string, object, object, WarningCode[]]>([
    ['a body under another key', { text: undefined, content: '{"content":"平铺"}' }, { text: '平铺' }, []],
    ['a body that is a text', { text: '就是文字' }, { text: '就是文字' }, []],
    ['a body that should be JSON', { msgtype: 'link', link: '{坏' }, { kind: 'link', text: '{坏' }, ['INNER_JSON_UNREADABLE']],
    ['a text without content', { text: {} }, { text: '' }, ['BODY_MISSING']],
    ['an empty text', { text: { content: '' } }, { text: '' }, []],
    ['no body', { msgtype: 'image' }, { kind: 'image', attachments: [], extra: { text: { content: '你好' } } }, ['BODY_MISSING']],
    ['no type, but a body', { msgtype: undefined }, { nativeType: 'text', text: '你好' }, []],
    ['a type that nobody knows, without a body', { msgtype: 'x', text: null }, { kind: 'other', nativeType: 'x', text: '' }, ['BODY_MISSING', 'TYPE_UNKNOWN']],
    ['an MD5 that is none', { msgtype: 'image', image: { md5sum: 'zz' } }, { extra: { image: { md5sum: 'zz' }, text: { content: '你好' } } }, ['FIELD_IGNORED']],
    ['nobody it is sent to', { tolist: [] }, { conversationId: '', conversationKind: 'unknown', recipientIds: [] }, ['FIELD_MISSING']],
    ['no sender', { from: null, roomid: 'wrA' }, { conversationId: 'wrA', conversationKind: 'group', senderId: null }, ['FIELD_MISSING']],
    ['recipients as JSON in a string', { tolist: '["b","a"]' }, { recipientIds: ['a', 'b'] }, ['RECIPIENTS_AS_STRING']],
    ['a sequence that is none', { seq: 'x' }, { extra: { seq: 'x' } }, ['FIELD_IGNORED']],
    ['a recall of nothing', { action: 'recall', msgtype: 'revoke', text: null, revoke: {} }, { nativeId: 'm1', kind: 'system', recall: null }, ['FIELD_MISSING']],
  ])('keeps a record with %s', (_what, change, expected, warnings) => {
    const draft = draftOf(change);
    expect(draft).toMatchObject(expected);
    expect(draft.warnings).toEqual(warnings);
  });

  it('keeps an envelope whose content is no record, with all its text', () => {
    const { draft, sequence } = mapped({ seq: 5, msgid: 'm5', publickey_ver: 1, msg: '解密失败：乱码' });
    expect([draft.nativeId, draft.text, sequence]).toEqual(['m5', '解密失败：乱码', '5']);
    expect(draft.warnings).toEqual(['FIELD_MISSING', 'INNER_JSON_UNREADABLE', 'TIME_MISSING', 'TYPE_UNKNOWN']);
  });

  it('makes one id for every copy of a record without one, and others for others', () => {
    const { msgid: _msgid, ...bare } = RECORD;
    const made = (change: object): string => mapped({ ...bare, ...change }).draft.nativeId;
    expect(made({})).toMatch(/^made:[0-9a-f]{32}$/);
    expect(made({ tolist: 'HeMing', msgtime: String(START), image: null, seq: '7' })).toBe(made({}));
    const others = [{ text: { content: '别的' } }, { from: 'HeMing', tolist: ['LinYue'] }, { msgtime: START + 1 }, { roomid: 'wrA' }].map(
      made,
    );
    expect(new Set([made({}), ...others]).size).toBe(5);
    expect(mapped({ seq: 1, msgid: 'outside', msg: bare }).draft.nativeId).toBe('outside');
  });

  it('follows forwards inside forwards only so far, and loses no word of what lies deeper', () => {
    let item: object = { type: 'ChatRecordText', content: { content: '最里面的话' } };
    for (let depth = 0; depth < 500; depth += 1) item = { type: 'chatrecord', content: { title: 't', item: [item] } };
    const { draft } = mapped({ ...RECORD, msgtype: 'chatrecord', text: null, chatrecord: { title: '', item: [item] } });
    expect(JSON.stringify(draft.parts)).toContain('最里面的话');
  });
});

describe('WeCom recalls', () => {
  it('tell of the message they recall', () => {
    const { draft, sourceKind, sequence, media } = mapped({
      ...RECORD,
      msgid: 'r1',
      seq: '9',
      action: 'recall',
      msgtype: 'revoke',
      text: null,
      revoke: { pre_msgid: 'm0' },
    });
    expect([sourceKind, sequence, media]).toEqual(['recall', '9', []]);
    expect(draft).toMatchObject({
      nativeId: 'm0',
      nativeType: null,
      text: '',
      senderId: null,
      recipientIds: ['HeMing', 'LinYue'],
      custodianIds: ['HeMing', 'LinYue'],
      conversationId: draftOf({}).conversationId,
      sentAt: null,
      dateState: 'undated',
      recall: { at: START, by: 'LinYue' },
      warnings: [],
    });
  });
});

describe('WeCom conversations', () => {
  it('of two people are one from both sides, and of a room are the room', () => {
    const { conversationId, conversationKind } = draftOf({});
    expect(conversationKind).toBe('direct');
    expect(draftOf({ from: 'HeMing', tolist: ['LinYue'] }).conversationId).toBe(conversationId);
    const elsewhere = mapText(JSON.stringify(RECORD), 'other-company') as MappedMessage;
    expect(elsewhere.draft.conversationId).toMatch(/^[0-9a-f]{32}$/);
    expect(elsewhere.draft.conversationId).not.toBe(conversationId);
    expect(draftOf({ tolist: ['HeMin', 'g'] })).toMatchObject({ conversationKind: 'group' });
    expect(draftOf({ from: 'LinYueHeMing', tolist: [''] }).conversationId).not.toBe(conversationId);
    expect(draftOf({ roomid: 'wrA', tolist: ['b', 'a', 'LinYue'] })).toMatchObject({
      conversationId: 'wrA',
      conversationKind: 'group',
      recipientIds: ['a', 'b'],
    });
  });

  it('count staff as custodians, and neither customers nor other companies nor robots', () => {
    const others = ['wmK3customer0001', 'woK3partner00001', 'wbHarborRobot01'];
    expect(draftOf({ roomid: 'wrA', tolist: [...others, 'HeMing', 'woody'] }).custodianIds).toEqual(['HeMing', 'LinYue', 'woody']);
  });
});

describe('WeCom forwards and mixed messages', () => {
  it('become parts, to any depth, with their files as attachments', async () => {
    const forward = (await messagesOf('every-type.jsonl')).find(({ draft }) => draft.kind === 'forward')!;
    const part = (kind: MessageKind, text: string, sentAt: number | null, parts: object[] = []): object => ({
      kind,
      text,
      sentAt,
      senderName: null,
      parts,
    });
    expect(forward.draft.parts).toEqual([
      part('text', '先走私人账户', 1_772_409_600_000),
      part('file', '发票.pdf', 1_772_409_660_000),
      part('mixed', '', 1_772_409_700_000, [part('text', '混排里的话', null)]),
      part('forward', '再一层', 1_772_409_720_000, [part('text', '第三层的话', 1_772_409_000_000)]),
      part('text', '{坏了的 JSON', null),
      part('other', '未知的一段', null),
    ]);
    expect(forward.draft.warnings).toEqual(['INNER_JSON_UNREADABLE', 'TIME_UNIT', 'TYPE_UNKNOWN']);
    expect(forward.media).toEqual([{ attachmentId: forward.draft.attachments[0]!.id, path: null, md5: '5'.repeat(32) }]);
  });
});

describe('WeCom replies', () => {
  // prettier-ignore
  it.each<[string, string, string, { text: string; author: string | null } | null]>([
    ['a reply', '这是一条引用/回复消息：\n"王总：\n收到，谢谢"\n------\n好的', '好的', { text: '王总：\n收到，谢谢', author: '王总' }],
    ['one that quotes nothing', '这是一条引用/回复消息："\n------\n@nick', '@nick', { text: '', author: null }],
    ['one with CR LF', '这是一条引用/回复消息：\r\n"a"\r\n------\r\nb', 'b', { text: 'a', author: null }],
    ['one without an answer', '"王：\nx"\n------', '', { text: '王：\nx', author: '王' }],
    ['one without the mark', '“李：\n原文”\n------\n答\n第二行', '答\n第二行', { text: '李：\n原文', author: '李' }],
    ['a reply to a reply', '这是一条引用/回复消息：\n"A：\n"B：\nx"\n------\ny"\n------\nz', 'z', { text: 'A：\n"B：\nx"\n------\ny', author: 'A' }],
    ['a text with a line', '第一部分\n------\n第二部分', '第一部分\n------\n第二部分', null],
    ['a quotation', '"引文"很好', '"引文"很好', null],
  ])('splits %s', (_what, content, text, quoted) => {
    const draft = draftOf({ text: { content } });
    expect([draft.text, draft.quoted]).toEqual([text, quoted === null ? null : { ...quoted, nativeId: null }]);
  });
});
