import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Message } from '../../src/domain/message.js';
import { ImportRunLog } from '../../src/ingest/import-run-log.js';
import type { ImportedFile, ImportRun } from '../../src/ingest/import-run.js';
import type { SequenceRanges } from '../../src/ingest/sequence-ranges.js';
import { EMPTY_TALLY } from '../../src/ingest/tally.js';
import { MOST_DAY_COUNTS_VALUES } from '../../src/query/aggregation.js';
import { onEveryEngine } from '../contract/engines.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { makeMessage, makeSource } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 0, 5, 4);

/** A message of 5 January 2026, so many minutes after noon in Macau. */
function sent(nativeId: string, minutes: number, overrides: Parameters<typeof makeMessage>[1] = {}): Message {
  return makeMessage(nativeId, { sentAt: NOON + minutes * 60_000, text: nativeId, senderId: 'chen', conversationId: 'deal', ...overrides });
}

const company = { importRunId: 'run-company' };
const phone = { importRunId: 'run-phone' };

const recalls = [
  sent('kept by the same source', 0, {
    recall: { at: NOON + 50_500, by: 'chen' },
    sources: [makeSource('company', '1', company), makeSource('company', '1r', { ...company, kind: 'recall' })],
  }),
  sent('kept by the phone only', 1, {
    recall: { at: NOON + 10 * 60_000, by: 'boss' },
    conversationId: 'private',
    sources: [makeSource('company', '2r', { ...company, kind: 'recall' }), makeSource('phone', '2', phone)],
  }),
  makeMessage('nobody has it', {
    sentAt: null,
    senderId: null,
    conversationId: 'private',
    recall: { at: NOON + 5 * 60_000, by: 'chen' },
    sources: [makeSource('company', '3r', { ...company, kind: 'recall' })],
  }),
  sent('told and kept by one record', 2, {
    senderId: 'li',
    recall: { at: null, by: null },
    sources: [makeSource('export', '4', { importRunId: 'gone' })],
  }),
  sent('not recalled', 3),
];

function makeRun(id: string, startedAt: number, source: string, files: Readonly<Record<string, SequenceRanges>>): ImportRun {
  const tally = (sequences: SequenceRanges): ImportRun['tally'] => ({ ...EMPTY_TALLY, sequences });
  const file = (name: string, sequences: SequenceRanges): ImportedFile => ({
    ...{ name, bytes: 5, sha256: 'a'.repeat(64), format: 'wecom-jsonl', why: 'it looks so', state: 'finished' },
    ...{ committedOffset: 5, committedLine: 2, prefix: null, tally: tally(sequences), problems: [] },
  });
  return {
    ...{ id, state: 'finished', startedAt, finishedAt: startedAt + 1, name: 'in', source, identitySpace: null, format: null },
    files: Object.entries(files).map(([name, sequences]) => file(name, sequences)),
    ...{
      unclaimed: [],
      assumptions: [],
      pace: { since: startedAt, recordsBefore: 0, savedAt: startedAt },
      process: { host: 'h', pid: 1, token: 't' },
    },
    tally: tally(Object.values(files).flat()),
  };
}

const SOURCE = 'source file line importedAt';
const TIMELINE = `query ($filter: FilterInput, $order: RecallOrder, $first: Int, $after: String) {
  recallTimeline(filter: $filter, order: $order, first: $first, after: $after) {
    totalCount
    summary {
      orphanCount delayCount shortestDelay longestDelay meanDelay
      bySender { value count } byConversation { value count }
      recallers { counts { id count } unknownCount answeredElsewhereCount }
    }
    edges { node { message { text } recalledAt recalledBy delaySeconds isOrphan isAnsweredElsewhere toldBy { ${SOURCE} } answeredBy { ${SOURCE} } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

interface Timeline {
  readonly recallTimeline: {
    readonly totalCount: number;
    readonly edges: readonly { readonly node: { readonly message: { readonly text: string } } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

function texts({ recallTimeline }: Timeline): string[] {
  return recallTimeline.edges.map(({ node }) => node.message.text || 'orphan');
}

onEveryEngine('recallTimeline on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages: recalls });
    await app.get(ImportRunLog).create(makeRun('run-company', NOON + HOUR, 'company', {}));
    await app.get(ImportRunLog).create(makeRun('run-phone', NOON + 2 * HOUR, 'phone', {}));
  });
  afterAll(() => app.stop());

  it('tells when, by whom, after how long, and which source kept the content', async () => {
    const company = { source: 'company', file: 'company.jsonl', importedAt: '2026-01-05T05:00:00.000Z' };
    const { recallTimeline } = await app.data<Timeline>(TIMELINE);
    expect(recallTimeline).toEqual({
      totalCount: 4,
      summary: {
        orphanCount: 1,
        delayCount: 2,
        shortestDelay: 51,
        longestDelay: 540,
        meanDelay: 295.5,
        bySender: [
          { value: 'chen', count: 2 },
          { value: 'li', count: 1 },
        ],
        byConversation: [
          { value: 'deal', count: 2 },
          { value: 'private', count: 2 },
        ],
        recallers: {
          counts: [
            { id: 'chen', count: 2 },
            { id: 'boss', count: 1 },
          ],
          unknownCount: 1,
          answeredElsewhereCount: 1,
        },
      },
      edges: [
        {
          message: { text: 'kept by the same source' },
          ...{ recalledAt: '2026-01-05T04:00:50.500Z', recalledBy: 'chen', delaySeconds: 51, isOrphan: false, isAnsweredElsewhere: false },
          ...{ toldBy: [{ ...company, line: 3 }], answeredBy: [{ ...company, line: 2 }] },
        },
        {
          message: { text: 'told and kept by one record' },
          ...{ recalledAt: null, recalledBy: null, delaySeconds: null, isOrphan: false, isAnsweredElsewhere: false },
          ...{ toldBy: [], answeredBy: [{ source: 'export', file: 'export.jsonl', line: 2, importedAt: null }] },
        },
        {
          message: { text: '' },
          ...{ recalledAt: '2026-01-05T04:05:00.000Z', recalledBy: 'chen', delaySeconds: null, isOrphan: true, isAnsweredElsewhere: false },
          ...{ toldBy: [{ ...company, line: 3 }], answeredBy: [] },
        },
        {
          message: { text: 'kept by the phone only' },
          ...{ recalledAt: '2026-01-05T04:10:00.000Z', recalledBy: 'boss', delaySeconds: 540, isOrphan: false, isAnsweredElsewhere: true },
          toldBy: [{ ...company, line: 3 }],
          answeredBy: [{ source: 'phone', file: 'phone.jsonl', line: 2, importedAt: '2026-01-05T06:00:00.000Z' }],
        },
      ].map((node) => ({ node })),
      pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: expect.any(String) },
    });
  });

  it.each([
    ['RECALLED', ['kept by the same source', 'told and kept by one record', 'orphan', 'kept by the phone only']],
    ['SENT', ['kept by the same source', 'kept by the phone only', 'told and kept by one record', 'orphan']],
  ])('pages in the order %s', async (order, expected) => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Timeline = await app.data<Timeline>(TIMELINE, { order, first: 1, after });
      expect(page.recallTimeline.totalCount).toBe(4);
      seen.push(...texts(page));
      after = page.recallTimeline.pageInfo.endCursor;
      more = page.recallTimeline.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(expected);
  });

  it('obeys the filter', async () => {
    const filter = { conversationIds: ['private'], isOrphanRecall: false };
    expect(texts(await app.data<Timeline>(TIMELINE, { filter }))).toEqual(['kept by the phone only']);
  });

  it('refuses cursors of another list, and pages out of range', async () => {
    const { recallTimeline } = await app.data<Timeline>(TIMELINE, { first: 1 });
    const after = recallTimeline.pageInfo.endCursor;
    for (const variables of [
      { after, order: 'SENT' },
      { after, filter: { senderIds: ['chen'] } },
      { after: 'x' },
      { after: 'x', order: 'SENT' },
    ])
      expect(await app.failure(TIMELINE, variables)).toMatchObject({ code: 'CURSOR_INVALID' });
    expect(await app.failure(TIMELINE, { first: 101 })).toMatchObject({ code: 'INPUT_INVALID' });
  });
});

const DAY = 24 * HOUR;
/** 20 weeks from 5 January 2026; noon in Macau of each day. */
const DAYS = Array.from({ length: 140 }, (_, index) => NOON + index * DAY);
const weekday = (index: number): boolean => index % 7 < 5;

/** `silent`: indexes of days without a message. */
function writer(senderId: string, custodianIds: readonly string[], silent: (index: number) => boolean): Message[] {
  return DAYS.flatMap((sentAt, index) =>
    weekday(index) && !silent(index)
      ? [makeMessage(`${senderId}-${index}`, { sentAt, senderId, senderName: `${senderId}先生`, custodianIds })]
      : [],
  );
}

const GAPS = `query ($filter: FilterInput, $timeZone: String, $threshold: Float, $first: Int, $after: String) {
  captureGaps(filter: $filter, timeZone: $timeZone, threshold: $threshold) {
    sequences { source first last missingCount gapCount gaps { first last count fileBefore fileBehind } recordsRejected }
    sendersConsidered sendersLeftOut
    silences(first: $first, after: $after) {
      totalCount
      edges { node { senderId senderName isCustodian firstDay lastDay days usualDays expectedMessages probability isOpen messagesOfOthers } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

interface Gaps {
  readonly captureGaps: {
    readonly sequences: readonly { readonly source: string }[];
    readonly silences: {
      readonly totalCount: number;
      readonly edges: readonly { readonly node: { readonly senderId: string } }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  };
}

onEveryEngine('captureGaps on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({
      kind,
      messages: [
        ...writer('customer', ['wang'], (index) => index >= 28 && index < 49),
        ...writer('wang', ['wang'], (index) => index >= 70 && index < 77),
        ...writer('li', ['li'], (index) => index >= 100),
        ...writer('zhao', ['zhao'], () => false),
        makeMessage('undated', { sentAt: null, senderId: 'wang' }),
        makeMessage('a clock ahead', { sentAt: DAYS.at(-1)! + 900 * DAY, dateState: 'future', senderId: 'wang' }),
      ],
    });
    const runs = app.get(ImportRunLog);
    await runs.create(makeRun('run1', NOON, 'corp', { 'a.jsonl': [['1', '10']], 'b.jsonl': [['15', '20']] }));
    await runs.create(makeRun('run2', NOON + 1, 'corp', { 'late.jsonl': [['12', '13']] }));
    await runs.create(
      makeRun('run3', NOON + 2, 'phone', {
        'c.jsonl': [
          ['7', '7'],
          ['9', '9'],
        ],
      }),
    );
  });
  afterAll(() => app.stop());

  it('tells numbers that are missing, and silences against the rhythm of each sender', async () => {
    const { captureGaps } = await app.data<Gaps>(GAPS);
    expect(captureGaps).toMatchObject({
      sequences: [
        {
          ...{ source: 'corp', first: '1', last: '20', missingCount: '2', gapCount: 2, recordsRejected: 0 },
          gaps: [
            { first: '11', last: '11', count: '1', fileBefore: 'a.jsonl', fileBehind: 'late.jsonl' },
            { first: '14', last: '14', count: '1', fileBefore: 'late.jsonl', fileBehind: 'b.jsonl' },
          ],
        },
        { source: 'phone', missingCount: '1' },
      ],
      ...{ sendersConsidered: 4, sendersLeftOut: 0 },
      silences: { totalCount: 3 },
    });
    expect(captureGaps.silences.edges.map(({ node }) => node)).toEqual([
      {
        ...{
          senderId: 'li',
          senderName: 'li先生',
          isCustodian: true,
          firstDay: '2026-04-15',
          lastDay: '2026-05-22',
          days: 38,
          isOpen: true,
        },
        ...{ usualDays: 28, expectedMessages: 28, probability: expect.any(Number), messagesOfOthers: 84 },
      },
      {
        ...{
          senderId: 'wang',
          senderName: 'wang先生',
          isCustodian: true,
          firstDay: '2026-03-14',
          lastDay: '2026-03-22',
          days: 9,
          isOpen: false,
        },
        ...{ usualDays: 5, expectedMessages: 5, probability: expect.any(Number), messagesOfOthers: 15 },
      },
      expect.objectContaining({ senderId: 'customer', isCustodian: false, usualDays: 15 }),
    ]);
  });

  it('obeys the filter, the threshold and the page', async () => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Gaps = await app.data<Gaps>(GAPS, { first: 1, after });
      seen.push(...page.captureGaps.silences.edges.map(({ node }) => node.senderId));
      after = page.captureGaps.silences.pageInfo.endCursor;
      more = page.captureGaps.silences.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(['li', 'wang', 'customer']);
    const { captureGaps: rare } = await app.data<Gaps>(GAPS, { threshold: 1e-10 });
    expect(rare.silences.edges.map(({ node }) => node.senderId)).toEqual(['li', 'customer']);
    const { captureGaps: one } = await app.data<Gaps>(GAPS, { filter: { senderIds: ['li'], sources: ['phone'] } });
    expect([one.sequences.map(({ source }) => source), one.silences.totalCount]).toEqual([['phone'], 0]);
    const { captureGaps: ofRun } = await app.data<Gaps>(GAPS, { filter: { importRunIds: ['run2'] } });
    expect(ofRun.sequences).toMatchObject([{ source: 'corp', missingCount: '2' }]);
    // the others wrote after li had stopped, so his silence is open although he alone is asked for
    const { captureGaps: li } = await app.data<Gaps>(GAPS, { filter: { senderIds: ['li'] } });
    expect(li.silences.edges.map(({ node }) => node)).toMatchObject([{ senderId: 'li', isOpen: true, messagesOfOthers: 0 }]);
  });

  it.each([
    [{ timeZone: 'Mars/Base' }, 'INPUT_INVALID'],
    [{ threshold: 0 }, 'INPUT_INVALID'],
    [{ threshold: 0.5 }, 'INPUT_INVALID'],
    [{ first: 0 }, 'INPUT_INVALID'],
    [{ after: 'x' }, 'CURSOR_INVALID'],
  ])('refuses %j', async (variables, code) => {
    expect(await app.failure(GAPS, variables)).toMatchObject({ code });
  });
});

it('looks at the senders with the most messages where there are too many, and counts the others', async () => {
  const senders = Array.from({ length: MOST_DAY_COUNTS_VALUES + 2 }, (_, index) => makeMessage(`s${index}`, { senderId: `s${index}` }));
  const app = await RunningApp.start({ messages: [...senders, ...writer('wang', [], (index) => index >= 70 && index < 77)] });
  const { captureGaps } = await app.data<Gaps>(GAPS);
  await app.stop();
  expect(captureGaps).toMatchObject({ sendersConsidered: MOST_DAY_COUNTS_VALUES, sendersLeftOut: 3 });
  expect(captureGaps.silences.edges.map(({ node }) => node.senderId)).toEqual(['wang']);
});

onEveryEngine('holdfast recalls and holdfast gaps on $name', (kind) => {
  const command = new HoldfastCommand(kind);
  beforeAll(async () => {
    const records = DAYS.filter((_day, index) => weekday(index) && !(index >= 70 && index < 77)).map((sentAt, index) => ({
      ...{ id: `m${index}`, sentAt: new Date(sentAt).toISOString(), text: `第${index}条\t备忘`, senderId: 'wang', conversationId: 'c' },
      ...(index === 5 && { recalledAt: new Date(sentAt + 90_000).toISOString(), recalledBy: 'wang' }),
    }));
    const file = join(command.directory, 'archive.jsonl');
    writeFileSync(file, records.map((record) => JSON.stringify(record)).join('\n'));
    expect(await command.run(['import', file, '--source', 'phone'])).toMatchObject({ code: 0 });
  });
  afterAll(() => command.remove());

  it('lists recalls', async () => {
    const { code, out } = await command.run(['recalls', '--sender', 'wang']);
    const [head, , titles, row, ...more] = out.trimEnd().split('\n');
    expect([code, head, more]).toEqual([
      0,
      '1 recall, 0 without content; 0 answered by another source only; after 90 to 90 s, 90 s on average',
      [],
    ]);
    expect(titles).toBe('recalled\tsent\tdelay\tby\tconversation\tcontent\ttext');
    expect(row).toBe('2026-01-12T04:01:30.000Z\t2026-01-12T04:00:00.000Z\t90 s\twang\tc\tin phone\t第5条 备忘');
    const json = await command.run(['recalls', '--json', '--order', 'sent', '--to', '2026-01-01T00:00:00Z']);
    expect(JSON.parse(json.out)).toMatchObject({ totalCount: 0, edges: [], summary: { delayCount: 0, meanDelay: null } });
  });

  it('lists gaps', async () => {
    const { code, out } = await command.run(['gaps', '--time-zone', 'Asia/Macau']);
    expect(code).toBe(0);
    expect(out).toContain('No stream numbers its records.');
    expect(out).toContain('1 improbable silence of 1 senders (an indication, not a proof)');
    expect(out).toContain('wang\t-\tno\t2026-03-14\t2026-03-22\t9\t5.0\t7.0e-7\t0');
    const json = await command.run(['gaps', '--json', '--threshold', '1e-9']);
    expect(JSON.parse(json.out)).toEqual({ sequences: [], sendersConsidered: 1, sendersLeftOut: 0, silenceCount: 0, silences: [] });
    expect(await command.run(['gaps', '--threshold', '0'])).toMatchObject({ code: 1 });
    expect(await command.run(['gaps', '--time-zone', 'Mars'])).toMatchObject({ code: 2, err: expect.stringContaining('INPUT_INVALID') });
  });
});
