import { describe, expect, it } from '@jest/globals';
import { pickImporter } from './index.js';

const RECORD = '{"id":"1","conversationId":"c","senderId":"s","sentAt":1}';
const WECOM = '{"msgid":"1","action":"send","from":"a","tolist":["b"],"msgtime":1,"msgtype":"text"}';

function pick(name: string, text: string | Uint8Array): string | null {
  return pickImporter({ name, bytes: typeof text === 'string' ? Buffer.from(text) : text }, null)?.importer.format ?? null;
}

describe('pickImporter', () => {
  // prettier-ignore
  it.each<[string, string, string]>([
    ['its keys under any name', 'export.txt', `${RECORD}\n`],
    ['a byte order mark and blank lines', 'x', `\uFEFF\n\n${RECORD}`],
    ['bad lines in front', 'x', `null\n[]\n{"id":\n${RECORD}\n`],
    ['a first record longer than the head', 'x', `{"id":"1","conversationId":"c","text":"${'字'.repeat(30_000)}`],
    ['records without their id', 'x.jsonl', '{"conversationId":"c","senderId":"s","sentAt":1}'],
    ['an empty file of the right name', 'x.jsonl.gz', ''],
    ['a damaged file of the right name', 'x.ndjson', 'null\nnothing\n'],
  ])('knows Holdfast JSONL by %s', (_what, name, text) => {
    expect(pick(name, text)).toBe('holdfast-jsonl');
  });

  // prettier-ignore
  it.each<[string, string]>([
    ['lines', `${WECOM}\n`],
    ['a switch of companies alone', '{"msgid":"1","action":"switch","time":1,"user":"a"}\n'],
    ['lines whose columns are those of all types', `${WECOM.replace('{', '{"id":null,"corpid":"ww1",').replace('}', ',"image":null}')}\n`],
    ['lines that quote the other format', `${WECOM.replace('1', JSON.stringify(RECORD).slice(1, -1))}\n`],
    ['an answer', `\uFEFF{"errcode":0,"errmsg":"ok","chatdata":[{"seq":1,"msgid":"1","publickey_ver":1,"encrypt_chat_msg":"x"}]}`],
    ['an answer over several lines', `{\n "errcode": 0,\n "chatdata": [\n  {\n   "seq": 1,\n   "msgid": "1"\n  }\n ]\n}`],
    ['envelopes as lines', '{"seq":1,"msgid":"1","publickey_ver":1,"msg":{}}\n'],
    ['a list', `[\n${WECOM},\n${WECOM}\n]\n`],
    ['the second dialect', '{"errcode":0,"msg_list":[{"msgid":"1","sender":{"type":1,"id":"a"},"send_time":1}]}'],
    ['lines of the second dialect', '{"msgid":"1","sender":{"type":1,"id":"a"},"receiver_list":[],"send_time":1,"msgtype":1}'],
  ])('knows WeCom by %s, under any name', (_what, text) => {
    expect([pick('x', text), pick('chat.jsonl', text)]).toEqual(['wecom-chatdata', 'wecom-chatdata']);
  });

  it('is not misled by Holdfast JSONL that quotes WeCom', () => {
    expect(pick('x.jsonl', `${RECORD.replace('}', `,"text":${JSON.stringify(WECOM)}}`)}\n`)).toBe('holdfast-jsonl');
  });

  // prettier-ignore
  it.each<[string, string, string | Uint8Array]>([
    ['the members of a WeCom room', 'groupchat.json', '{\n "roomname": "a",\n "creator": "b",\n "room_create_time": 1,\n "members": [],\n "errcode": 0\n}\n'],
    ['another answer of WeCom', 'ids.json', '{"errcode":0,"errmsg":"ok","ids":["a"]}'],
    ['a picture', 'a.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    ['an empty text', 'notes.txt', ''],
    ['a table', 'a.csv', 'id,conversationId,senderId,sentAt\n'],
  ])('leaves %s alone', (_what, name, text) => {
    expect(pick(name, text)).toBeNull();
  });

  it('takes the format that the caller names, if there is one', () => {
    expect(pickImporter({ name: 'a', bytes: new Uint8Array() }, 'holdfast-jsonl')?.importer.format).toBe('holdfast-jsonl');
    expect(() => pickImporter({ name: 'a', bytes: new Uint8Array() }, 'dbase')).toThrow(
      expect.objectContaining({ code: 'IMPORT_FORMAT_UNKNOWN', facts: { formats: ['holdfast-jsonl', 'wecom-chatdata'] } }),
    );
  });
});
