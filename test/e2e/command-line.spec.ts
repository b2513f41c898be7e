import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEveryEngine } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const messages = [
  makeMessage('1', { text: '请把保证金转到私人账户', senderName: '王经理', custodianIds: ['wang'], sentAt: Date.UTC(2026, 0, 5, 2) }),
  makeMessage('2', { text: '=保證金', custodianIds: ['li'], sentAt: Date.UTC(2026, 0, 6, 2) }),
  ...Array.from({ length: 2_500 }, (_, index) =>
    makeMessage(`filler-${index}`, { text: `第${index}条午饭${'。'.repeat(200)}`, senderId: 'filler' }),
  ),
];

onEveryEngine('the command line on $name', (kind) => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
    const app = await RunningApp.start({ kind, dataDir, messages });
    await app.stop();
  });
  afterAll(async () => {
    await kind.remove(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** `until`: ends the program by a signal once it has written this. `readOnly`: leaves after the first output, as `head` does. */
  const run = (
    commandArguments: readonly string[],
    options: { until?: RegExp; leavesEarly?: boolean; variables?: Record<string, string> } = {},
  ): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [PROGRAM, ...commandArguments], {
        env: {
          ...{ ...process.env, NODE_OPTIONS: '', HOLDFAST_DATA_DIR: dataDir, HOLDFAST_SEARCH_PROCESSES: '1' },
          ...kind.variables(dataDir),
          ...options.variables,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (options.until?.test(out)) child.kill('SIGINT');
        if (options.leavesEarly) child.stdout.destroy();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString();
      });
      child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
    });

  it('searches, for people and for programs', async () => {
    const text = await run(['search', '保证金']);
    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out).toMatch(
      /^2 hits\n[^]*2026-01-06T02:00Z[^]*=\[保證金\][^]*2026-01-05T02:00Z {2}conversation {2}王经理[^]*请把\[保证金\]转到私人账户/,
    );
    const json = await run(['search', '保证金', '--custodian', 'wang', 'zhao', '--from', '2026-01-01T00:00:00+08:00', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      totalCount: 1,
      edges: [{ message: { nativeId: '1' } }],
      pageInfo: { hasNextPage: false },
    });
  });

  it('goes on behind a cursor', async () => {
    const first = await run(['search', '保证金', '--first', '1']);
    const cursor = /--after (\S+)/.exec(first.out)![1]!;
    expect((await run(['search', '保证金', '--first', '1', '--after', cursor, '--json'])).out).toContain('私人账户');
  });

  it('writes every hit, formulas defused, and bears a reader that leaves', async () => {
    const lines = (await run(['search', '午饭', '--all'])).out.trim().split('\n');
    expect(new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id)).size).toBe(2_500);
    const csv = await run(['search', '保证金', '--all', '--format', 'csv']);
    expect(csv.out.split('\r\n')).toHaveLength(4);
    expect(csv.out).toContain(",'=保證金,");
    expect(await run(['search', '午饭', '--all'], { leavesEarly: true })).toMatchObject({ code: 0, err: '' });
  });

  it('reports terms of a file, and names the line that cannot be read', async () => {
    const file = join(dataDir, 'terms.txt');
    writeFileSync(file, '// terms of the matter\r\n保证金\r\n\r\n午饭 -第1条\r\n');
    expect((await run(['terms', file])).out).toBe('2\t2\t保证金\tli 1, wang 1\n2499\t2499\t午饭 -第1条\t\n');
    writeFileSync(file, '保证金\n\n(午饭\n');
    expect(await run(['terms', file])).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/QUERY_SYNTAX.*line 3/) });
  });

  it('writes the index again', async () => {
    expect(await run(['reindex'])).toMatchObject({ code: 0, out: expect.stringContaining('2502 messages') });
    expect((await run(['search', '保证金'])).out).toMatch(/^2 hits/);
  });

  it('verifies the archive, and certifies a search', async () => {
    expect(await run(['verify'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^2502 messages: rows, index and folded text agree\n\d+ audit events in \d+ blocks: one unbroken chain/),
    });
    expect(await run(['verify', '--query', '保证金 OR 第7条'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('3 hits, 2502 messages read: the search found every one of them'),
    });
  });

  it('serves until it is stopped', async () => {
    const { out, err, code } = await run(['serve', '--port', '0'], { until: /Explorer: / });
    expect(out).toMatch(/^GraphQL: http:\/\/127\.0\.0\.1:\d+\/graphql\nExplorer: http:\/\/127\.0\.0\.1:\d+\/graphiql\n$/);
    expect({ err, code }).toEqual({ err: '', code: null });
  });

  it('says that a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, err } = await run(['serve', '--port', String(port)]);
    taken.close();
    expect([code, err]).toEqual([2, expect.stringContaining(`Port ${port} is taken`)]);
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['a text that cannot be read', ['search', '(a'], {}, /QUERY_SYNTAX/],
    ['a time without offset', ['search', 'a', '--from', '2026-01-01'], {}, /offset/],
    ['relevance without text', ['search', '--sort', 'relevance'], {}, /INPUT_INVALID/],
    ['an export by relevance', ['search', 'a', '--all', '--match', 'any'], {}, /INPUT_INVALID/],
    ['a file that is not there', ['terms', 'nowhere.txt'], {}, /IMPORT_FILE_UNREADABLE/],
    ['an unknown option', ['search', '--owner', 'me'], {}, /unknown option/],
    ['a bad setting', ['search', 'a'], { HOLDFAST_SEARCH_PROCESSES: 'many' }, /HOLDFAST_SEARCH_PROCESSES/],
  ])('says what is wrong: %s', async (_what, commandArguments, variables, expected) => {
    const { code, err } = await run(commandArguments, { variables });
    expect(code).not.toBe(0);
    expect(err).toMatch(expected);
    expect(err).not.toMatch(/^\s+at /m);
  });
});
