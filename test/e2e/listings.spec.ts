import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ImportRunLog } from '../../src/ingest/import-run-log.js';
import { newImportRunId, type ImportRun } from '../../src/ingest/import-run.js';
import { TallyBuilder } from '../../src/ingest/tally.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const messages = Array.from({ length: 12 }, (_, index) =>
  makeMessage(String(index), {
    conversationId: `c${index % 4 === 3 ? 0 : index % 4}`,
    conversationName: index === 4 ? '旧名' : index === 8 ? '项目组' : null,
    senderId: `s${index % 2}`,
    senderName: null,
    recipientIds: ['boss'],
    sentAt: index === 11 ? null : Date.UTC(2026, 0, index + 1),
  }),
);

onEveryEngine('conversations and participants on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages });
  });
  afterAll(() => app.stop());

  it('lists conversations by the number of their messages, with names and times', async () => {
    expect(
      await app.data(
        '{ conversations { totalCount edges { node { id name messageCount firstSentAt lastSentAt } } pageInfo { hasNextPage hasPreviousPage } } }',
      ),
    ).toEqual({
      conversations: {
        totalCount: 3,
        edges: [
          {
            node: {
              id: 'c0',
              name: '项目组',
              messageCount: 6,
              firstSentAt: '2026-01-01T00:00:00.000Z',
              lastSentAt: '2026-01-09T00:00:00.000Z',
            },
          },
          {
            node: {
              id: 'c1',
              name: null,
              messageCount: 3,
              firstSentAt: '2026-01-02T00:00:00.000Z',
              lastSentAt: '2026-01-10T00:00:00.000Z',
            },
          },
          {
            node: {
              id: 'c2',
              name: null,
              messageCount: 3,
              firstSentAt: '2026-01-03T00:00:00.000Z',
              lastSentAt: '2026-01-11T00:00:00.000Z',
            },
          },
        ],
        pageInfo: { hasNextPage: false, hasPreviousPage: false },
      },
    });
  });

  it('lists senders and recipients within a filter, page by page', async () => {
    interface Page {
      participants: {
        totalCount: number;
        edges: { node: { id: string; messageCount: number } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { participants }: Page = await app.data<Page>(
        'query ($after: String) { participants(filter: { conversationIds: ["c0"] }, first: 1, after: $after) { totalCount edges { node { id messageCount } } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      expect(participants.totalCount).toBe(3);
      seen.push(...participants.edges.map(({ node }) => `${node.id} ${node.messageCount}`));
      after = participants.pageInfo.endCursor;
      more = participants.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(['boss 6', 's0 3', 's1 3']);
  });

  it.each([
    ['first: 0', 'INPUT_INVALID'],
    ['first: 101', 'INPUT_INVALID'],
    ['after: "x"', 'CURSOR_INVALID'],
  ])('refuses %s', async (parameter, code) => {
    expect(await app.failure(`{ conversations(${parameter}) { totalCount } }`)).toMatchObject({ code });
  });
});

function makeRun(startedAt: number, source: string, rejected: number): ImportRun {
  const tally = new TallyBuilder('a.jsonl');
  tally.addRead(rejected + 1);
  tally.addOutcome('new');
  for (let line = 1; line <= rejected; line += 1) tally.addRejection('NOT_JSON', line, 'not JSON');
  tally.addWarning('TIME_UNIT', 9);
  tally.addTime(Date.UTC(2026, 0, 1));
  return {
    id: newImportRunId(startedAt),
    state: 'finished',
    startedAt,
    finishedAt: startedAt + 1,
    name: 'a.jsonl',
    source,
    identitySpace: null,
    format: null,
    pace: { since: startedAt, recordsBefore: 0, savedAt: startedAt + 1 },
    files: [
      {
        name: 'a.jsonl',
        bytes: 5,
        sha256: 'a'.repeat(64),
        format: 'holdfast-jsonl',
        why: 'it looks so',
        state: 'finished',
        committedOffset: 5,
        committedLine: 2,
        prefix: null,
        tally: tally.build(),
        problems: [],
      },
    ],
    unclaimed: ['notes.txt'],
    assumptions: ['Times are in seconds.'],
    tally: tally.build(),
    process: { host: 'secret-host', pid: 1, token: 'secret' },
  };
}

onEveryEngine('importRuns on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind });
    for (let index = 0; index < 5; index += 1)
      await app.get(ImportRunLog).create(makeRun(Date.UTC(2026, 0, index + 1), index < 2 ? 'phone' : 'company', index));
  });
  afterAll(() => app.stop());

  it('tells what became of every record, the latest run first', async () => {
    const fields = `id state startedAt finishedAt name source identitySpace unclaimed assumptions counts { read new rejected } earliestSentAt latestSentAt
      rejections { reason count first { file line detail } } warnings { code count } files { name bytes sha256 format why state counts { read } problems }`;
    const { importRuns } = await app.data<{ importRuns: { totalCount: number; edges: { node: object }[] } }>(
      `{ importRuns(first: 2) { totalCount edges { node { ${fields} } } } }`,
    );
    expect(importRuns.totalCount).toBe(5);
    expect(importRuns.edges.map(({ node }) => node)).toMatchObject([
      {
        state: 'finished',
        startedAt: '2026-01-05T00:00:00.000Z',
        source: 'company',
        counts: { read: 5, new: 1, rejected: 4 },
        latestSentAt: '2026-01-01T00:00:00.000Z',
        rejections: [{ reason: 'NOT_JSON', count: 4 }],
        warnings: [{ code: 'TIME_UNIT', count: 1 }],
        files: [{ why: 'it looks so', counts: { read: 5 } }],
      },
      { startedAt: '2026-01-04T00:00:00.000Z' },
    ]);
  });

  it('goes on behind a cursor, and finds one run', async () => {
    interface Page {
      importRuns: { edges: { cursor: string; node: { id: string } }[]; pageInfo: { hasNextPage: boolean } };
    }
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { importRuns }: Page = await app.data<Page>(
        'query ($after: String) { importRuns(first: 2, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage } } }',
        { after },
      );
      seen.push(...importRuns.edges.map(({ node }) => node.id));
      after = importRuns.edges.at(-1)!.cursor;
      more = importRuns.pageInfo.hasNextPage;
    }
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(5);
    expect(await app.data('query ($id: String!) { importRun(id: $id) { id } none: importRun(id: "zzz") { id } }', { id: seen[3] })).toEqual(
      { importRun: { id: seen[3] }, none: null },
    );
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['of all runs', {}, 10],
    ['of a source', { sources: ['phone'] }, 1],
    ['of no source', { sources: [] }, 0],
    ['of an unknown run', { importRunIds: ['x'] }, 0],
  ])('counts rejected records in completeness: %s', async (_what, filter, recordsRejected) => {
    expect(
      await app.data('query ($filter: FilterInput) { search(input: { filter: $filter }) { completeness { recordsRejected } } }', {
        filter,
      }),
    ).toEqual({ search: { completeness: { recordsRejected } } });
  });
});
