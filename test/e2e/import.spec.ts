import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEveryEngine } from '../contract/engines.js';
import { HoldfastCommand, type Ended } from '../support/holdfast-command.js';
import { signalWhenCommitted } from '../support/signal-when-committed.js';

const MINUTES = 120_000;

/** What `search --all` writes of a message, as far as it matters here. */
interface Hit {
  readonly nativeId: string;
  readonly text: string;
  readonly sentAt: string | null;
  readonly dateState: string;
  readonly versions: readonly unknown[];
}

const record = (id: string, more: object = {}): string =>
  JSON.stringify({ id, conversationId: 'c', senderId: 's', sentAt: '2026-03-02T09:00:00+08:00', text: `鄰居 ${id}`, ...more });

interface BadInput {
  readonly name: string;
  /** Stands between two good records, with its own line end if it has one. */
  readonly middle: string | Uint8Array;
  /** Lines of the report. */
  readonly report: readonly string[];
  /** Counts of the file's first report line, with the two good records. */
  readonly counts: string;
  readonly isLast?: true;
}

const notUtf8 = Buffer.concat([
  Buffer.from('{"id":"x","conversationId":"c","senderId":"s","sentAt":1772413200000,"text":"'),
  Buffer.from([0xc4, 0xe3]),
  Buffer.from('"}\n'),
]);

// prettier-ignore
const BAD_INPUT: readonly BadInput[] = [
  { name: 'blank-lines', middle: '\r\n \t \n\n', report: [], counts: '2 records: 2 new' },
  { name: 'null', middle: 'null\n', report: ['line 2: null instead of an object'], counts: '3 records: 2 new, 1 rejected' },
  { name: 'list', middle: '[]\n', report: ['line 2: an array instead of an object'], counts: '3 records: 2 new, 1 rejected' },
  { name: 'not-json', middle: 'id,text\n', report: ['line 2: not JSON'], counts: '3 records: 2 new, 1 rejected' },
  { name: 'not-utf8', middle: notUtf8, report: ['line 2: not UTF-8'], counts: '3 records: 2 new, 1 rejected' },
  { name: 'cut-off', middle: record('x').slice(0, 60), isLast: true, report: ['line 3: not JSON, cut off'], counts: '3 records: 2 new, 1 rejected' },
  { name: 'no-line-end', middle: record('x'), isLast: true, report: [], counts: '3 records: 3 new' },
  { name: 'no-id', middle: `${record('x', { id: undefined })}\n`, report: ['line 2: no id'], counts: '3 records: 2 new, 1 rejected' },
  { name: 'id-object', middle: '{"id":{"$oid":"1"}}\n', report: ['line 2: id is an object'], counts: '3 records: 2 new, 1 rejected' },
  { name: 'seconds', middle: `${record('x', { sentAt: 1_772_413_200 })}\n`, report: ['TIME_UNIT 1: line 2', 'Times of 10 digits were taken for seconds: 1.'], counts: '3 records: 3 new' },
  { name: 'time-zero', middle: `${record('x', { sentAt: 0 })}\n`, report: ['TIME_MISSING 1: line 2'], counts: '3 records: 3 new' },
  { name: 'time-without-offset', middle: `${record('x', { sentAt: '2026-03-02T09:00:00' })}\n`, report: ['TIME_UNREADABLE 1: line 2'], counts: '3 records: 3 new' },
  { name: 'time-1999', middle: `${record('x', { sentAt: '1999-03-02T09:00:00Z' })}\n`, report: ['TIME_UNREADABLE 1: line 2'], counts: '3 records: 3 new' },
  { name: 'time-future', middle: `${record('x', { sentAt: '2099-01-01T00:00:00Z' })}\n`, report: ['TIME_FUTURE 1: line 2'], counts: '3 records: 3 new' },
  { name: 'recipients', middle: `${record('x', { recipientIds: 'a,b' })}\n`, report: ['RECIPIENTS_AS_STRING 1: line 2'], counts: '3 records: 3 new' },
  { name: 'no-text', middle: `${record('x', { text: null })}\n`, report: ['BODY_MISSING 1: line 2'], counts: '3 records: 3 new' },
  { name: 'unknown-kind', middle: `${record('x', { kind: 'hologram' })}\n`, report: ['UNKNOWN_VALUE 1: line 2'], counts: '3 records: 3 new' },
  { name: 'controls', middle: `${record('x', { text: '鄰居\u0000\u0007\u202E𠮷\uD83D' })}\n`, report: ['ILL_FORMED_TEXT 1: line 2'], counts: '3 records: 3 new' },
  { name: 'long-text', middle: `${record('x', { text: `${'字'.repeat(39_996)}很長的鄰居` })}\n`, report: [], counts: '3 records: 3 new' },
  { name: 'too-long', middle: `${record('x', { text: 'x'.repeat(17 * 1024 * 1024) })}\n`, report: ['line 2: 17825894 bytes, over the limit of 16777216'], counts: '3 records: 2 new, 1 rejected' },
  { name: 'deep', middle: `${record('x').slice(0, -1)},"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}\n`, report: ['FIELD_IGNORED 1: line 2'], counts: '3 records: 3 new' },
  { name: 'proto', middle: `${record('x').slice(0, -1)},"__proto__":{"id":"y","text":"z"},"constructor":1}\n`, report: [], counts: '3 records: 3 new' },
  { name: 'same-key-twice', middle: `${record('x').slice(0, -1)},"text":"第二"}\n`, report: ['DUPLICATE_KEY 1: line 2'], counts: '3 records: 3 new' },
  { name: 'missing-media', middle: `${record('x', { attachments: [{ name: 'a', path: 'none.pdf' }] })}\n`, report: ['ATTACHMENT_MISSING 1: line 2', 'attachments: 1 missing'], counts: '3 records: 3 new' },
  { name: 'outside-media', middle: `${record('x', { attachments: [{ name: 'a', path: '../secret' }, { name: 'b', path: 'link' }, { name: 'c', path: '/etc/hostname' }] })}\n`,
    report: ['ATTACHMENT_OUTSIDE 1: line 2', 'attachments: 3 missing'], counts: '3 records: 3 new' },
  { name: 'contradiction', middle: `${record('first', { text: '鄰居 B' })}\n`, report: [], counts: '3 records: 2 new, 1 conflict' },
];

onEveryEngine('import of bad input on $name', (kind) => {
  const holdfast = new HoldfastCommand(kind);
  let ended: Ended;

  beforeAll(async () => {
    const folder = join(holdfast.directory, 'in');
    mkdirSync(folder);
    writeFileSync(join(holdfast.directory, 'secret'), 'secret');
    symlinkSync('../secret', join(folder, 'link'));
    const files = BAD_INPUT.map((input) => {
      const file = join(folder, `${input.name}.jsonl`);
      writeFileSync(file, contentOf(input));
      return file;
    });
    ended = await holdfast.run(['import', ...files]);
  }, MINUTES);
  afterAll(() => holdfast.remove());

  it.each(BAD_INPUT)('$name', ({ name, report, counts }) => {
    const lines = reportOf(name, ended.out);
    expect(lines[1]).toBe(counts);
    expect(lines).toEqual(expect.arrayContaining([...report]));
    expect(lines.some((line) => /^(rejected|warnings):$/.test(line))).toBe(report.length > 0);
  });

  it(
    'costs no neighbor, destroys no character, and leaves an archive that verifies',
    async () => {
      expect(ended.code).toBe(1);
      // On a slow machine it says now and then how far it is.
      expect(ended.err).toMatch(/^([^\n]* s left\n)*$/);
      const hits = (await holdfast.run(['search', '邻居', '--all'])).out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Hit);
      const ids = hits.map(({ nativeId }) => nativeId);
      for (const { name } of BAD_INPUT) expect(ids).toEqual(expect.arrayContaining([`${name}-first`, `${name}-last`]));
      const found = (id: string): Hit => hits.find(({ nativeId }) => nativeId === id)!;
      expect(found('long-text-x').text).toHaveLength(40_001);
      expect(found('controls-x').text).toBe('鄰居\u0000\u0007\u202E𠮷\uD83D');
      expect(found('seconds-x')).toMatchObject({ sentAt: '2026-03-02T01:00:00.000Z', dateState: 'assumedUnit' });
      expect(found('time-zero-x')).toMatchObject({ sentAt: null, dateState: 'undated' });
      expect(found('contradiction-first').versions).toHaveLength(1);
      expect(reportOf('contradiction', ended.out)).toEqual(expect.arrayContaining(['new in lines 1, 3', 'conflict in lines 2']));
      expect((await holdfast.run(['verify'])).code).toBe(0);
    },
    MINUTES,
  );

  it(
    'changes nothing when it is all imported again, now as a directory',
    async () => {
      const before = await holdfast.run(['search', '--all']);
      const again = await holdfast.run(['import', join(holdfast.directory, 'in'), '--json']);
      const { runs } = JSON.parse(again.out) as {
        runs: [{ tally: { counts: Record<string, number> }; unclaimed: string[]; files: unknown[] }];
      };
      expect(runs[0].tally.counts).toMatchObject({ new: 0, merged: 0, conflict: 0 });
      expect(runs[0].files).toHaveLength(BAD_INPUT.length);
      expect((await holdfast.run(['search', '--all'])).out).toBe(before.out);
      expect(again.out + ended.out).not.toContain(holdfast.directory);
    },
    MINUTES,
  );

  it(
    'lists its runs and shows one again',
    async () => {
      const list = (await holdfast.run(['runs', '--first', '3'])).out.trim().split('\n');
      expect(list).toHaveLength(3);
      const shown = await holdfast.run(['runs', list[2]!.split(' ')[0]!]);
      expect(ended.out).toContain(shown.out);
    },
    MINUTES,
  );
});

onEveryEngine('an import that is stopped on $name', (kind) => {
  const holdfast = new HoldfastCommand(kind);
  const total = 40_000;
  let file: string;

  beforeAll(() => {
    file = join(holdfast.directory, 'big.jsonl.gz');
    writeFileSync(
      file,
      gzipSync(
        Array.from(
          { length: total },
          (_, index) => `${record(String(index), { text: `第 ${index} 条消息，付款 ${Math.imul(index, 2_654_435_761)}` })}\n`,
        ).join(''),
      ),
    );
  });
  afterAll(() => holdfast.remove());

  it.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)(
    'by %s goes on, and loses and doubles nothing',
    async (signal, code) => {
      const source = signal.toLowerCase();
      const stored = await kind.committedChanges(holdfast.dataDir);
      const stopped = await holdfast.run(['import', file, '--source', source], (child) => {
        void signalWhenCommitted(child, signal, kind, { dataDir: holdfast.dataDir, changes: stored + 5_000 });
      });
      expect(stopped.code).toBe(code);
      if (signal === 'SIGINT') expect(stopped.out).toContain('the same command goes on from here');
      const resumed = await holdfast.run(['import', file, '--source', source, '--json']);
      const { exitCode, runs } = JSON.parse(resumed.out) as {
        exitCode: number;
        runs: [{ id: string; state: string; tally: { counts: Record<string, number> } }];
      };
      expect([exitCode, resumed.code, runs[0].state]).toEqual([0, 0, 'finished']);
      expect(runs[0].tally.counts).toEqual({ read: total, new: total, duplicate: 0, merged: 0, conflict: 0, disposed: 0, reintroduced: 0, rejected: 0 });
      const known = JSON.parse((await holdfast.run(['runs', '--json'])).out) as { source: string }[];
      expect(known.filter((run) => run.source === source)).toHaveLength(1);
      const counted = JSON.parse((await holdfast.run(['search', '付款', '--source', source, '--first', '1', '--json'])).out) as {
        totalCount: number;
      };
      expect(counted.totalCount).toBe(total);
    },
    MINUTES,
  );
});

function contentOf({ name, middle, isLast }: BadInput): Uint8Array {
  const renamed = typeof middle === 'string' ? Buffer.from(middle.replaceAll('"id":"', `"id":"${name}-`)) : Buffer.from(middle);
  const [first, last] = [Buffer.from(`\uFEFF${record(`${name}-first`)}\r\n`), Buffer.from(`${record(`${name}-last`)}\r\n`)];
  return Buffer.concat(isLast ? [first, last, renamed] : [first, renamed, last]);
}

/** The lines of one file's report, trimmed. */
function reportOf(name: string, text: string): string[] {
  const start = text.indexOf(`${name}.jsonl: finished`);
  const lines = text.slice(start).split('\n');
  const end = lines.findIndex((line, index) => index > 0 && !line.startsWith(' '));
  return lines.slice(0, end < 0 ? undefined : end).map((line) => line.trim());
}
