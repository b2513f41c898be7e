import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { AuditBlock } from '../../src/audit/audit-block.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import { onEveryEngine } from '../contract/engines.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { signalWhenCommitted } from '../support/signal-when-committed.js';
import { RunningApp } from '../support/start-app.js';

const MINUTES = 120_000;
jest.setTimeout(MINUTES);
const IMPORT = 'mutation ($input: ImportArchiveInput!) { importArchive(input: $input) { importRunId } }';
const RUN = `query ($id: String!) { importRun(id: $id) {
  id state name source identitySpace unclaimed assumptions
  counts { read new rejected } progress { bytesDone bytesTotal recordsPerSecond }
  rejections { reason count first { file line detail } }
  gaps { first last }
  files { name sha256 format why state bytes bytesDone problems counts { read new rejected } rejections { reason count } gaps { first last }
    lines { new { ranges omittedCount } duplicate { ranges } merged { ranges } conflict { ranges } disposed { ranges } rejected { ranges omittedCount } } }
} }`;
const PROBLEMS = `query ($id: ID!, $reason: RejectionReason, $first: Int, $after: String, $whole: Boolean) {
  importProblems(runId: $id, reason: $reason, first: $first, after: $after, wholeBytes: $whole) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor node { file line reason detail length sha256 bytes text isCut } }
  }
}`;

interface Run {
  readonly state: string;
  readonly unclaimed: readonly string[];
  readonly counts: { readonly read: number; readonly new: number; readonly rejected: number };
  readonly progress: { readonly bytesDone: number; readonly bytesTotal: number };
  readonly files: readonly { readonly name: string; readonly state: string; readonly problems: readonly string[] }[];
}

interface Problem {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly length: number;
  readonly sha256: string;
  readonly bytes: string;
  readonly text: string;
  readonly isCut: boolean;
}

interface ProblemPage {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly { readonly node: Problem }[];
}

const record = (id: string | number): string =>
  JSON.stringify({ id: String(id), conversationId: 'c', senderId: 's', sentAt: '2026-03-02T09:00:00+08:00', text: `第 ${id} 条` });
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let directory: string;
let inbox: string;

onEveryEngine('importArchive on $name', (kind) => {
  let app: RunningApp;
  const start = (): Promise<RunningApp> =>
    RunningApp.start({ kind, dataDir: join(directory, 'data'), variables: { HOLDFAST_INBOX_DIR: inbox } });
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-inbox-'));
    inbox = join(directory, 'inbox');
    for (const name of ['inbox', 'inbox-two']) mkdirSync(join(directory, name));
    for (const name of ['secret.jsonl', 'inbox-two/x.jsonl', 'inbox/a.jsonl']) writeFileSync(join(directory, name), `${record(name)}\n`);
    symlinkSync('../secret.jsonl', join(inbox, 'link.jsonl'));
    symlinkSync('..', join(inbox, 'linked'));
    app = await start();
  }, MINUTES);
  afterAll(async () => {
    await app.stop();
    await kind.remove(join(directory, 'data'));
    rmSync(directory, { recursive: true, force: true });
  });

  it(
    'takes in a directory that mixes formats, lists the file nobody claims and the gzip cut short, and leaves an audit',
    async () => {
      mkdirSync(join(inbox, 'case'));
      const good = `${record(1)}\n${record(2)}\nnot json\n`;
      writeFileSync(join(inbox, 'case', 'a.jsonl'), good);
      writeFileSync(
        join(inbox, 'case', 'b.jsonl.gz'),
        gzipSync(`${Array.from({ length: 9_000 }, (_, id) => record(100 + id)).join('\n')}\n`).subarray(0, 40_000),
      );
      writeFileSync(join(inbox, 'case', 'wecom.jsonl'), wecomLines());
      writeFileSync(join(inbox, 'case', 'notes.bin'), Buffer.from([0, 1, 2, 3]));
      const id = await begin(app, { path: 'case', source: 'phone' });
      const run = await ended(app, id);
      expect(run).toMatchObject({ id, state: 'finished', name: 'case', source: 'phone', identitySpace: null, unclaimed: ['notes.bin'] });
      expect(run.files.map(({ name, state }) => [name, state])).toEqual([
        ['a.jsonl', 'finished'],
        ['b.jsonl.gz', 'finished'],
        ['wecom.jsonl', 'finished'],
      ]);
      expect(run.files[0]).toMatchObject({
        sha256: sha256(good),
        format: 'holdfast-jsonl',
        why: expect.stringContaining('JSON objects'),
        counts: { read: 3, new: 2, rejected: 1 },
        rejections: [{ reason: 'NOT_JSON', count: 1 }],
        lines: {
          ...{ duplicate: { ranges: '' }, merged: { ranges: '' }, conflict: { ranges: '' }, disposed: { ranges: '' } },
          new: { ranges: '1-2', omittedCount: 0 },
          rejected: { ranges: '3', omittedCount: 0 },
        },
      });
      expect(run.files[1]!.problems).toEqual([expect.stringContaining('Only its beginning could be read')]);
      expect(run.files[2]).toMatchObject({ counts: { read: 3, new: 3, rejected: 0 }, gaps: [{ first: '3', last: '6' }] });
      expect(run.progress.bytesDone).toBe(run.progress.bytesTotal);
      const events = await auditEvents(app);
      expect(events).toContainEqual(expect.objectContaining({ kind: 'import_requested', viewer: 'local investigator', importRunId: id }));
      expect(events.filter(({ kind }) => kind === 'import')).toHaveLength(6);
      expect(JSON.stringify(events)).not.toContain('case');
    },
    MINUTES,
  );

  it(
    'lets imports wait for their turn, refuses what is too much, stops them with the server, and goes on with the same run',
    async () => {
      writeFileSync(join(inbox, 'big.jsonl'), Array.from({ length: 60_000 }, (_, id) => `${record(id)}\n`).join(''));
      for (let index = 0; index < 5; index += 1) writeFileSync(join(inbox, `${index}.jsonl`), `${record(`other-${index}`)}\n`);
      const big = await begin(app, { path: 'big.jsonl' });
      const others = await Promise.all([0, 1, 2, 3].map((index) => begin(app, { path: `${index}.jsonl` })));
      expect(await app.failure(IMPORT, { input: { path: '4.jsonl' } })).toMatchObject({ code: 'IMPORT_BUSY' });
      expect(await stateOf(app, others[3]!)).toBe('waiting');
      while ((await runOf(app, big)).counts.read === 0) await pause(50);
      await app.stop();
      app = await start();
      const states = await Promise.all([big, ...others].map((id) => stateOf(app, id)));
      expect(states).toEqual(Array<string>(5).fill('interrupted'));
      expect((await runOf(app, big)).counts.read).toBeLessThan(60_000);
      expect(await begin(app, { path: 'big.jsonl' })).toBe(big);
      expect(await begin(app, { path: '0.jsonl' })).toBe(others[0]);
      expect((await ended(app, big)).counts).toEqual({ read: 60_000, new: 60_000, rejected: 0 });
      expect((await ended(app, others[0]!)).counts).toEqual({ read: 1, new: 1, rejected: 0 });
    },
    MINUTES,
  );

  it.each([
    ['..', 'IMPORT_PATH_REFUSED'],
    ['../secret.jsonl', 'IMPORT_PATH_REFUSED'],
    ['a/../../secret.jsonl', 'IMPORT_PATH_REFUSED'],
    ['/etc/hostname', 'IMPORT_PATH_REFUSED'],
    ['link.jsonl', 'IMPORT_PATH_REFUSED'],
    ['linked/secret.jsonl', 'IMPORT_PATH_REFUSED'],
    ['../inbox-two/x.jsonl', 'IMPORT_PATH_REFUSED'],
    ['none.jsonl', 'IMPORT_FILE_UNREADABLE'],
    ['a\0b', 'IMPORT_FILE_UNREADABLE'],
    ['', 'INPUT_INVALID'],
  ])('refuses the path %j with %s', async (path, code) => {
    const { totalCount } = await runCount(app);
    expect(await app.failure(IMPORT, { input: { path } })).toMatchObject({ code });
    expect(await runCount(app)).toEqual({ totalCount });
    expect(await auditEvents(app)).toContainEqual(expect.objectContaining({ kind: 'query_refused', code }));
  });

  it('refuses a media directory outside, and an unknown format', async () => {
    expect(await app.failure(IMPORT, { input: { path: 'a.jsonl', mediaPath: '..' } })).toMatchObject({ code: 'IMPORT_PATH_REFUSED' });
    expect(await app.failure(IMPORT, { input: { path: 'a.jsonl', format: 'fax' } })).toMatchObject({ code: 'IMPORT_FORMAT_UNKNOWN' });
  });

  it('takes no mutation by GET or from a form, and limits it like a query', async () => {
    const { totalCount } = await runCount(app);
    const mutation = 'mutation { importArchive(input: {path: "a.jsonl"}) { importRunId } }';
    const byGet = await fetch(`${app.url}/graphql?query=${encodeURIComponent(mutation)}`, {
      headers: { 'content-type': 'application/json' },
    });
    expect(byGet.status).toBe(405);
    const byForm = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query: mutation }),
    });
    expect(byForm.status).toBeGreaterThanOrEqual(400);
    const many = Array.from({ length: 30 }, (_, index) => `m${index}: importArchive(input: {path: "a.jsonl"}) { importRunId }`).join(' ');
    expect(await app.failure(`mutation { ${many} }`)).toMatchObject({ code: 'QUERY_TOO_LARGE' });
    expect(await runCount(app)).toEqual({ totalCount });
  });
});

it(
  'importArchive says so where no inbox is configured',
  async () => {
    const app = await RunningApp.start();
    expect(await app.failure(IMPORT, { input: { path: 'a.jsonl' } })).toMatchObject({ code: 'INBOX_NOT_CONFIGURED' });
    await app.stop();
  },
  MINUTES,
);

onEveryEngine('rejected records on $name', (kind) => {
  const holdfast = new HoldfastCommand(kind);
  const long = `{"text":"${'甲'.repeat(40_000)}`;
  const bad: readonly Uint8Array[] = [
    Buffer.from('null'),
    Buffer.from('a\0b\u001b[31m\u202e'),
    Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc4, 0xe3]), Buffer.from('"}')]),
    Buffer.from(long),
  ];
  let id: string;
  let app: RunningApp;

  beforeAll(async () => {
    const file = join(holdfast.directory, 'bad.jsonl');
    const parts = bad.flatMap((bytes, index) => [Buffer.from(`${record(index)}\n`), bytes, Buffer.from('\n')]);
    writeFileSync(file, Buffer.concat([...parts, Buffer.from('x'.repeat(17 * 1024 * 1024))]));
    const report = JSON.parse((await holdfast.run(['import', file, '--json'])).out) as { runs: [{ id: string }] };
    id = report.runs[0].id;
    app = await RunningApp.start({ kind, dataDir: holdfast.dataDir });
  }, MINUTES);
  afterAll(async () => {
    await app.stop();
    await holdfast.remove();
  });

  it('come with file, line, reason, detail, bytes, length and hash', async () => {
    const { totalCount, edges } = await problemsOf(app, { id, whole: true, first: 20 });
    expect(totalCount).toBe(5);
    expect(edges.map(({ node }) => [node.file, node.line, node.reason, node.length])).toEqual([
      ['bad.jsonl', 2, 'NOT_AN_OBJECT', 4],
      ['bad.jsonl', 4, 'NOT_JSON', bad[1]!.length],
      ['bad.jsonl', 6, 'NOT_UTF8', bad[2]!.length],
      ['bad.jsonl', 8, 'NOT_JSON', bad[3]!.length],
      ['bad.jsonl', 9, 'RECORD_TOO_LARGE', 17 * 1024 * 1024],
    ]);
    edges.slice(0, 3).forEach(({ node }, index) => {
      expect(Buffer.from(node.bytes, 'base64').equals(bad[index]!)).toBe(true);
      expect(node).toMatchObject({ isCut: false, sha256: sha256(bad[index]!) });
    });
    expect(edges[1]!.node.text).toBe('a␀b␛[31m<U+202E>');
    const cut = edges[3]!.node;
    expect([cut.isCut, cut.sha256, cut.length]).toEqual([true, sha256(long), Buffer.byteLength(long)]);
    expect(Buffer.from(cut.bytes, 'base64').equals(Buffer.from(long).subarray(0, 65_536))).toBe(true);
    expect(edges[4]!.node).toMatchObject({ isCut: true, sha256: sha256('x'.repeat(17 * 1024 * 1024)), text: 'x'.repeat(65_536) });
  });

  it('come in pages, by reason, and as previews', async () => {
    const seen: number[] = [];
    for (let after: string | null = null; ;) {
      const page: ProblemPage = await problemsOf(app, { id, first: 2, after });
      seen.push(...page.edges.map(({ node }) => node.line));
      expect(page.edges.every(({ node }) => Buffer.from(node.bytes, 'base64').length <= 1024)).toBe(true);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual([2, 4, 6, 8, 9]);
    const { totalCount, edges } = await problemsOf(app, { id, reason: 'NOT_JSON' });
    expect([totalCount, edges.map(({ node }) => node.line)]).toEqual([2, [4, 8]]);
  });

  it('are shown only behind an audit event, and to nobody who asks wrongly', async () => {
    await problemsOf(app, { id, reason: 'NOT_UTF8' });
    expect(await auditEvents(app)).toContainEqual(
      expect.objectContaining({ kind: 'import_problems_read', viewer: 'local investigator', importRunId: id, reason: 'NOT_UTF8' }),
    );
    expect(await app.failure(PROBLEMS, { id: 'none' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await app.failure(PROBLEMS, { id, after: 'x' })).toMatchObject({ code: 'CURSOR_INVALID' });
    expect(await app.failure(PROBLEMS, { id, first: 101 })).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await app.failure(PROBLEMS, { id, first: 21, whole: true })).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it(
    'are written by the command line, too',
    async () => {
      const shown = (await holdfast.run(['runs', id, '--problems'])).out;
      expect(shown).toContain('bad.jsonl line 4  NOT_JSON: not JSON\n  a␀b␛[31m<U+202E>\n');
      expect(shown).toContain(`… (${Buffer.byteLength(long)} bytes)`);
      const lines = (await holdfast.run(['runs', id, '--problems', '--reason', 'NOT_UTF8', '--json'])).out.trim().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        expect.objectContaining({
          file: 'bad.jsonl',
          line: 6,
          reason: 'NOT_UTF8',
          bytes: Buffer.from(bad[2]!).toString('base64'),
          isCut: false,
        }),
      ]);
      const without = await holdfast.run(['runs', '--problems']);
      expect([without.code, without.err]).toEqual([2, expect.stringContaining('INPUT_INVALID')]);
    },
    MINUTES,
  );
});

onEveryEngine('an import that is killed among rejected records on $name', (kind) => {
  const holdfast = new HoldfastCommand(kind);
  afterAll(() => holdfast.remove());

  it.each([1, 10_000, 25_000])(
    'keeps each of them once (killed after %d messages)',
    async (changes) => {
      const total = 60_000;
      const isBad = (index: number): boolean => index % 7 === 3;
      const file = join(holdfast.directory, 'mixed.jsonl');
      writeFileSync(file, Array.from({ length: total }, (_, index) => `${isBad(index) ? `bad ${index}` : record(index)}\n`).join(''));
      const source = `kill-${changes}`;
      const stored = await kind.committedChanges(holdfast.dataDir);
      const killed = await holdfast.run(['import', file, '--source', source], (child) => {
        void signalWhenCommitted(child, 'SIGKILL', kind, { dataDir: holdfast.dataDir, changes: stored + changes });
      });
      expect(killed.code).toBeNull();
      const resumed = JSON.parse((await holdfast.run(['import', file, '--source', source, '--json'])).out) as {
        runs: [{ id: string; tally: { counts: { read: number; rejected: number } } }];
      };
      const [{ id, tally }] = resumed.runs;
      const expected = Array.from({ length: total }, (_, index) => index).filter(isBad);
      expect([tally.counts.read, tally.counts.rejected]).toEqual([total, expected.length]);
      const lines = (await holdfast.run(['runs', id, '--problems', '--json'])).out.trim().split('\n');
      const kept = lines.map((line) => JSON.parse(line) as { line: number; bytes: string });
      expect(kept.map(({ line, bytes }) => [line, Buffer.from(bytes, 'base64').toString()])).toEqual(
        expected.map((index) => [index + 1, `bad ${index}`]),
      );
    },
    MINUTES,
  );
});

/** Three records of WeCom's archive, numbers 3 to 6 missing. */
function wecomLines(): string {
  return [1, 2, 7]
    .map((seq) =>
      JSON.stringify({
        seq,
        msgid: `${seq}_1772413200000_external`,
        action: 'send',
        from: 'XuJinSheng',
        tolist: ['icefog'],
        roomid: '',
        msgtime: 1_772_413_200_000 + seq,
        msgtype: 'text',
        text: { content: `第 ${seq} 条` },
      }),
    )
    .join('\n');
}

async function begin(app: RunningApp, input: object): Promise<string> {
  const { importArchive } = await app.data<{ importArchive: { importRunId: string } }>(IMPORT, { input });
  return importArchive.importRunId;
}

async function runCount(app: RunningApp): Promise<{ readonly totalCount: number }> {
  return (await app.data<{ importRuns: { readonly totalCount: number } }>('{ importRuns { totalCount } }')).importRuns;
}

async function runOf(app: RunningApp, id: string): Promise<Run> {
  return (await app.data<{ importRun: Run }>(RUN, { id })).importRun;
}

async function stateOf(app: RunningApp, id: string): Promise<string> {
  return (await runOf(app, id)).state;
}

async function ended(app: RunningApp, id: string): Promise<Run> {
  for (;;) {
    const run = await runOf(app, id);
    if (!['waiting', 'running'].includes(run.state)) return run;
    await pause(50);
  }
}

async function problemsOf(app: RunningApp, variables: object): Promise<ProblemPage> {
  return (await app.data<{ importProblems: ProblemPage }>(PROBLEMS, { ...variables })).importProblems;
}

async function auditEvents(app: RunningApp): Promise<readonly { readonly kind: string }[]> {
  const blocks = await app.get(CatalogStore).list<AuditBlock>('audit-block', { first: 1000 });
  return blocks.flatMap(({ value }) => value.events);
}
