import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditReport } from '../../src/audit/audit-check.js';
import { HoldfastCommand, type Ended } from '../support/holdfast-command.js';

const MINUTES = 300_000;
/** Text, names and numbers of persons that go through every command. */
const SECRETS = ['保证金转账', '王小明', '13800138000', '陈大文', '拒绝的内容', '内部档案'];

describe('audit commands', () => {
  const holdfast = new HoldfastCommand();
  const stranger = new HoldfastCommand();
  const at = (name: string): string => join(holdfast.directory, name);
  const [key, anchor, publicKey, exported] = [at('key.pem'), at('checkpoints'), at('public.pem'), at('audit.jsonl')];
  const settings = { HOLDFAST_AUDIT_SIGNING_KEY_FILE: key, HOLDFAST_AUDIT_CHECKPOINT_FILE: anchor };
  const run = (...words: string[]): Promise<Ended> => holdfast.run(words, undefined, settings);
  /** With none of our settings: no archive to look into. */
  const verify = (file: string, ...words: string[]): Promise<Ended> =>
    stranger.run(['audit', 'verify', file, ...words], undefined, { HOLDFAST_DATA_DIR: '/dev/null/nowhere', HOLDFAST_PORT: 'none' });
  const asReport = ({ out }: Ended): AuditReport => JSON.parse(out) as AuditReport;

  beforeAll(async () => {
    const people = { senderId: '13800138000', senderName: '王小明', custodianIds: ['陈大文'] };
    const record = { id: '1', conversationId: 'c', conversationName: '内部档案', text: '保证金转账', sentAt: 1772413200000, ...people };
    writeFileSync(at('内部档案.jsonl'), `${JSON.stringify(record)}\n{"id":"2","text":"拒绝的内容`);
    await run('import', at('内部档案.jsonl'));
  }, MINUTES);
  afterAll(() => Promise.all([holdfast.remove(), stranger.remove()]));

  it(
    'export, sign and verify',
    async () => {
      const made = await run('audit', 'key');
      expect(made).toMatchObject({ code: 0, out: expect.stringContaining('BEGIN PUBLIC KEY') });
      writeFileSync(publicKey, made.out);
      expect(await run('audit', 'key')).toMatchObject({ code: 2, err: expect.stringContaining('--rotate') });
      await run('search', '保证金转账', '--sender', '13800138000');
      expect(await run('audit', 'checkpoint')).toMatchObject({ code: 0, out: expect.stringContaining(`appended to ${anchor}: 1`) });
      expect(await run('audit', 'export', exported)).toMatchObject({ code: 0 });
      expect(await run('audit', 'export', exported)).toMatchObject({ code: 2, err: expect.stringContaining('INPUT_INVALID') });
      const good = await verify(exported, '--checkpoint', anchor, '--key', publicKey, '--json');
      expect(good.code).toBe(0);
      const { events, covered } = asReport(good);
      expect(asReport(good)).toMatchObject({ problems: [], isSignatureChecked: true, checkpoints: 1 });
      // The export itself came behind the checkpoint.
      expect(covered).toBe(events - 1);
    },
    MINUTES,
  );

  it(
    'say what is wrong with a damaged export, and where',
    async () => {
      const lines = readFileSync(exported, 'utf8').split('\n').slice(0, -1);
      const write = (name: string, damaged: readonly string[]): string => {
        writeFileSync(at(name), damaged.map((line) => `${line}\n`).join(''));
        return at(name);
      };
      const given = ['--checkpoint', anchor, '--key', publicKey];
      const edited = await verify(
        write(
          'edited',
          lines.map((line, index) => (index === 1 ? line.replace('"viewer":"local', '"viewer":"other') : line)),
        ),
        ...given,
      );
      expect(edited).toMatchObject({ code: 1, out: expect.stringMatching(/line 2, block 2: block_changed: .*\n.*root_different: /) });
      const cut = await verify(write('cut', lines.slice(0, -2)), ...given);
      expect(cut).toMatchObject({ code: 1, out: expect.stringContaining('log_shorter: ') });
      expect((await verify(at('cut'))).code).toBe(0);
      expect(await verify(at('none'), ...given)).toMatchObject({ code: 2, err: expect.stringContaining('INPUT_INVALID') });
      expect(await verify(exported, '--checkpoint', publicKey)).toMatchObject({
        code: 1,
        out: expect.stringContaining('checkpoint_unreadable'),
      });
      expect((await verify(exported, '--key', key)).code).toBe(2);
    },
    MINUTES,
  );

  it(
    'go on with another key',
    async () => {
      const rotated = await run('audit', 'key', '--rotate');
      expect(rotated.out.match(/BEGIN PUBLIC KEY/g)).toHaveLength(2);
      expect((await run('audit', 'key', '--public')).out).toBe(rotated.out);
      writeFileSync(at('both.pem'), rotated.out);
      expect((await run('audit', 'checkpoint')).code).toBe(0);
      expect((await run('audit', 'export', at('later.jsonl'))).code).toBe(0);
      const both = await verify(at('later.jsonl'), '--checkpoint', anchor, '--key', at('both.pem'), '--json');
      expect(asReport(both)).toMatchObject({ problems: [], checkpoints: 2 });
      const first = await verify(at('later.jsonl'), '--checkpoint', anchor, '--key', publicKey);
      expect(first).toMatchObject({ code: 1, out: expect.stringContaining('key_unknown') });
      expect((await verify(exported, '--checkpoint', anchor, '--key', at('both.pem'))).out).toContain('log_shorter');
    },
    MINUTES,
  );

  it(
    'notice an older archive that was put back, and go on after a restore on purpose',
    async () => {
      const copy = at('copy');
      cpSync(holdfast.dataDir, copy, { recursive: true });
      await run('search', '保证金');
      expect((await run('audit', 'checkpoint')).code).toBe(0);
      rmSync(holdfast.dataDir, { recursive: true });
      renameSync(copy, holdfast.dataDir);
      expect(await run('audit', 'checkpoint')).toMatchObject({ code: 2, err: expect.stringContaining('AUDIT_ROLLED_BACK') });
      expect((await run('audit', 'checkpoint', '--after-restore')).code).toBe(0);
      await run('search', '保证金');
      expect((await run('audit', 'checkpoint')).code).toBe(0);
      await run('audit', 'export', at('restored.jsonl'));
      const { problems } = asReport(await verify(at('restored.jsonl'), '--checkpoint', anchor, '--json'));
      // The lost line counts as many events as a later one, and they are others.
      expect(problems.map(({ fault }) => fault)).toEqual(['fork', 'root_different']);
    },
    MINUTES,
  );

  it(
    'sign nothing with a key in the data directory',
    async () => {
      const inside = { HOLDFAST_AUDIT_SIGNING_KEY_FILE: join(holdfast.dataDir, 'key.pem') };
      for (const words of [
        ['audit', 'key'],
        ['audit', 'key', '--rotate'],
        ['audit', 'checkpoint'],
      ]) {
        expect(await holdfast.run(words, undefined, inside)).toMatchObject({ code: 2, err: expect.stringContaining('AUDIT_KEY_INVALID') });
      }
      const beside = await run('audit', 'checkpoint', '--append', join(holdfast.dataDir, 'checkpoints'));
      expect(beside).toMatchObject({ code: 2, err: expect.stringContaining('AUDIT_CHECKPOINT_INVALID') });
    },
    MINUTES,
  );

  it(
    'leave no text and nobody by name in the audit',
    async () => {
      const [{ id }] = JSON.parse((await run('runs', '--json')).out) as [{ id: string }];
      // Who looks for it in the archive does find it.
      expect((await run('runs', id, '--problems')).out).toContain('拒绝的内容');
      expect((await run('search', '保证金转账', '--sender', '13800138000')).out).toContain('王小明');
      const commands = [
        ['search', '保证金转账 AND (', '--custodian', '陈大文'],
        ['gaps', '--sender', '陈大文'],
        ['verify', '--query', '保证金转账'],
        ['import', at('王小明.jsonl')],
      ];
      for (const words of commands) await run(...words);
      await run('audit', 'export', at('scanned.jsonl'));
      const text = readFileSync(at('scanned.jsonl'), 'utf8');
      expect(text).toContain('"operation":"export"');
      expect(text).toContain('"kind":"import_problems_read"');
      for (const secret of SECRETS) {
        for (const form of [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64').replace(/=+$/, ''),
        ])
          expect(text).not.toContain(form);
      }
    },
    MINUTES,
  );
});
