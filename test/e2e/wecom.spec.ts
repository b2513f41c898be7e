import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEveryEngine } from '../contract/engines.js';
import { HoldfastCommand, type Ended } from '../support/holdfast-command.js';
import { REPOSITORY } from '../support/run-tool.js';

const MINUTES = 120_000;

interface Hit {
  readonly nativeId: string;
  readonly kind: string;
  readonly recall: object | null;
  readonly attachments: readonly { readonly name: string; readonly state: string }[];
}

onEveryEngine('import of WeCom archives on $name', (kind) => {
  const holdfast = new HoldfastCommand(kind);
  const folder = join(holdfast.directory, 'in');
  let bad: Ended;
  let encrypted: Ended;
  const search = async (text: string): Promise<Hit[]> =>
    (await holdfast.run(['search', text, '--all'])).out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Hit);

  beforeAll(async () => {
    mkdirSync(join(folder, 'media'), { recursive: true });
    for (const name of ['every-type.jsonl', 'answer.json', 'flattened.jsonl', 'second-dialect.json', 'encrypted.json', 'bad-input.jsonl'])
      copyFileSync(join(REPOSITORY, 'test', 'fixtures', 'wecom', name), join(folder, name));
    bad = await holdfast.run(['import', join(folder, 'bad-input.jsonl')]);
    encrypted = await holdfast.run(['import', join(folder, 'encrypted.json')]);
  }, MINUTES);
  afterAll(() => holdfast.remove());

  // prettier-ignore
  it.each([
    '18 records: 11 new, 1 duplicate, 1 conflict, 5 rejected',
    'line 3: null instead of an object', 'line 4: an array instead of an object', 'line 6: no msgid', 'line 19: not JSON, cut off',
    'line 13: encrypted, no key is configured: publickey_ver 2, seq 14, msgid bad-14',
    'ID_MADE 1: line 5', 'TIME_UNIT 1: line 7', 'TIME_MISSING 1: line 8', 'TIME_FUTURE 1: line 9', 'RECIPIENTS_AS_STRING 1: line 10',
    'BODY_MISSING 1: line 11', 'ILL_FORMED_TEXT 1: line 12', 'TYPE_UNKNOWN 1: line 18',
  ])('reports of bad input: %s', (line) => {
    expect(bad.out.split('\n').map((text) => text.trim())).toContain(line);
  });

  it('imports nothing of what is encrypted, and fails', () => {
    expect(encrypted.code).toBe(2);
    expect(encrypted.out).toContain('4 records: 0 new, 4 rejected');
    expect(encrypted.out).toMatch(/encrypted, by publickey_ver:(\n {4}\d+: \d+)+/);
    expect(encrypted.out).toContain('line 4: encrypted, no key is configured: publickey_ver 2, seq 4, msgid e4');
  });

  it(
    'makes one message of all its forms, with the files that are named by their MD5',
    async () => {
      const text = '提单的正文';
      const md5 = createHash('md5').update(text).digest('hex');
      writeFileSync(join(folder, 'media', `${md5}.docx`), text);
      const file = { msgid: 'with-file', action: 'send', from: 'LinYue', tolist: ['HeMing'], msgtime: 1_772_413_200_000, msgtype: 'file' };
      const body = { md5sum: md5, filename: '仓单.docx', filesize: Buffer.byteLength(text) };
      writeFileSync(join(folder, 'file.jsonl'), `${JSON.stringify({ ...file, file: body })}\n`);
      const forms = ['every-type.jsonl', 'answer.json', 'flattened.jsonl', 'file.jsonl'].map((name) => join(folder, name));
      expect((await holdfast.run(['import', ...forms])).out).toContain('34 records: 0 new, 34 merged');
      expect(await search('码头的账')).toMatchObject([{ kind: 'text', recall: { by: 'LinYue' } }]);
      expect(await search('第三层的话')).toMatchObject([{ kind: 'forward' }]);
      expect(await search('加一')).toMatchObject([{ kind: 'other' }]);
      expect(await search('仓单')).toMatchObject([{ nativeId: 'with-file', attachments: [{ name: '仓单.docx', state: 'not_scanned' }] }]);
    },
    MINUTES,
  );

  it(
    'keeps equal ids of two companies apart',
    async () => {
      const before = (await search('码头的账')).length;
      await holdfast.run(['import', join(folder, 'every-type.jsonl'), '--source', 'other-company']);
      expect(await search('码头的账')).toHaveLength(before + 1);
    },
    MINUTES,
  );
});
