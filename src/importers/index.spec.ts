import { describe, expect, it } from '@jest/globals';
import { pickImporter } from './index.js';

const RECORD = '{"id":"1","conversationId":"c","senderId":"s","sentAt":1}';

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
  it.each<[string, string, string | Uint8Array]>([
    ['WeCom records', 'chat.jsonl', '{"msgid":"1","action":"send","from":"a","tolist":["b"],"msgtime":1,"msgtype":"text"}\n'],
    ['a picture', 'a.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    ['an empty text', 'notes.txt', ''],
    ['a table', 'a.csv', 'id,conversationId,senderId,sentAt\n'],
  ])('leaves %s alone', (_what, name, text) => {
    expect(pick(name, text)).toBeNull();
  });

  it('takes the format that the caller names, if there is one', () => {
    expect(pickImporter({ name: 'a', bytes: new Uint8Array() }, 'holdfast-jsonl')?.importer.format).toBe('holdfast-jsonl');
    expect(() => pickImporter({ name: 'a', bytes: new Uint8Array() }, 'dbase')).toThrow(
      expect.objectContaining({ code: 'IMPORT_FORMAT_UNKNOWN', facts: { formats: ['holdfast-jsonl'] } }),
    );
  });
});
