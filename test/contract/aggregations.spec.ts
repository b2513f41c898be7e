import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AggregationRequest, DayCountsField, HistogramInterval } from '../../src/query/aggregation.js';
import { MOST_DAY_COUNTS_VALUES, NO_AGGREGATION } from '../../src/query/aggregation.js';
import type { FieldName } from '../../src/query/fields.js';
import { makeAttachment, makeMessage } from '../support/make-message.js';
import { literal, not, terms } from '../support/query-nodes.js';
import { ArchiveUnderTest, SCOPE, type request } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

function wants(parts: Partial<AggregationRequest>): { aggregations: AggregationRequest; first: number } {
  return { aggregations: { ...NO_AGGREGATION, ...parts }, first: 0 };
}

const DAY = Date.UTC(2026, 0, 5);

const people = [
  makeMessage('1', {
    sentAt: DAY,
    text: '甲',
    senderId: 'wang',
    senderName: '王',
    custodianIds: ['wang'],
    conversationId: 'a',
    conversationName: '甲组',
  }),
  makeMessage('2', {
    sentAt: DAY + 1,
    text: '甲',
    senderId: 'wang',
    senderName: '王经理',
    custodianIds: ['li', 'wang'],
    conversationId: 'a',
    conversationName: '项目组',
  }),
  makeMessage('3', {
    sentAt: DAY + 2,
    text: '甲',
    senderId: 'wang',
    senderName: null,
    custodianIds: ['wang'],
    conversationId: 'b',
    kind: 'image',
  }),
  makeMessage('4', {
    sentAt: DAY + 3,
    text: '甲',
    senderId: 'li',
    senderName: '李',
    custodianIds: ['li'],
    conversationId: 'c',
    kind: 'file',
    attachments: [makeAttachment('a', { state: 'ok' }), makeAttachment('b')],
  }),
  makeMessage('5', { sentAt: null, text: '甲', senderId: null, conversationId: 'd', recall: { at: null, by: null } }),
  makeMessage('6', {
    sentAt: DAY + 4,
    text: '乙',
    senderId: 'li',
    senderName: '李总',
    recipientIds: ['zhao'],
    recall: { at: DAY + 2_000, by: 'li' },
  }),
  makeMessage('7', { sentAt: null, text: '乙', senderId: 'wang', senderName: '王（无日期）', recall: { at: DAY, by: 'li' } }),
];

onEveryEngine('facets, distinct counts and statistics on $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, people);
  });
  afterAll(() => archive.remove());

  const facet = async (field: FieldName, first: number, parts: Parameters<typeof request>[0] = {}): Promise<string> => {
    const { aggregations } = await archive.search({ ...parts, ...wants({ facets: [{ field, first }] }) });
    const [found] = aggregations.facets;
    expect(found!.field).toBe(field);
    const buckets = found!.buckets.map((bucket) => `${bucket.value} ${bucket.count}`);
    return [...buckets, `other ${found!.otherCount}`, `missing ${found!.missingCount}`].join(', ');
  };

  it.each<[FieldName, number, string]>([
    ['senderId', 10, 'wang 4, li 2, other 0, missing 1'],
    ['senderId', 1, 'wang 4, other 2, missing 1'],
    ['senderId', 0, 'other 6, missing 1'],
    ['custodianId', 10, 'wang 3, li 2, other 0, missing 3'],
    ['custodianId', 1, 'wang 3, other 2, missing 3'],
    ['participantId', 10, 'wang 4, li 2, zhao 1, other 0, missing 1'],
    ['conversationId', 10, 'a 2, conversation 2, b 1, c 1, d 1, other 0, missing 0'],
    ['conversationId', 3, 'a 2, conversation 2, b 1, other 2, missing 0'],
    ['kind', 10, 'text 5, file 1, image 1, other 0, missing 0'],
    ['dateState', 10, 'exact 5, undated 2, other 0, missing 0'],
    ['attachmentState', 10, 'missing 1, ok 1, other 0, missing 6'],
    ['isRecalled', 10, 'false 4, true 3, other 0, missing 0'],
    ['hasAttachments', 1, 'false 6, other 1, missing 0'],
    ['source', 10, 'archive 7, other 0, missing 0'],
    ['warning', 10, 'other 0, missing 7'],
  ])('%s, the first %i', async (field, first, expected) => {
    expect(await facet(field, first)).toBe(expected);
  });

  it('over the hits of the query only', async () => {
    expect(await facet('senderId', 10, { text: literal('甲') })).toBe('wang 3, li 1, other 0, missing 1');
    expect(await facet('senderId', 10, { text: not(literal('甲')) })).toBe('li 1, wang 1, other 0, missing 0');
    expect(await facet('senderId', 10, { text: literal('甲'), filter: terms('custodianId', 'li') })).toBe(
      'li 1, wang 1, other 0, missing 0',
    );
    expect(await facet('senderId', 10, { text: literal('没有') })).toBe('other 0, missing 0');
  });

  it('names people and conversations as their newest message with a name does', async () => {
    const facets = (['senderId', 'custodianId', 'participantId', 'conversationId', 'kind'] as const).map((field) => ({ field, first: 10 }));
    const { aggregations } = await archive.search(wants({ facets }));
    const labels = aggregations.facets.map((found) => Object.fromEntries(found.buckets.map((bucket) => [bucket.value, bucket.label])));
    expect(labels).toEqual([
      { wang: '王经理', li: '李总' },
      { wang: '王经理', li: '李总' },
      { wang: '王经理', li: '李总', zhao: null },
      { a: '项目组', conversation: null, b: null, c: null, d: null },
      { text: null, file: null, image: null },
    ]);
  });

  it('names values that are asked for one by one', async () => {
    const { engine } = archive;
    expect(await engine.labels(SCOPE, 'senderId', ['li', 'nobody', 'wang'])).toEqual([
      { value: 'li', label: '李总' },
      { value: 'nobody', label: null },
      { value: 'wang', label: '王经理' },
    ]);
    expect(await engine.labels(SCOPE, 'conversationId', ['a', 'b'])).toEqual([
      { value: 'a', label: '项目组' },
      { value: 'b', label: null },
    ]);
  });

  it('counts distinct values exactly', async () => {
    const distinct: FieldName[] = ['senderId', 'custodianId', 'participantId', 'conversationId', 'kind', 'warning', 'isRecalled', 'sentAt'];
    const { aggregations } = await archive.search(wants({ distinct }));
    expect(aggregations.distinct).toEqual({
      senderId: 2,
      custodianId: 2,
      participantId: 3,
      conversationId: 5,
      kind: 3,
      warning: 0,
      isRecalled: 2,
      sentAt: 5,
    });
    const { aggregations: some } = await archive.search({ ...wants({ distinct }), text: literal('乙') });
    expect(some.distinct).toMatchObject({ senderId: 2, custodianId: 0, conversationId: 1, sentAt: 1 });
  });

  it('sums up numbers and dates of the hits that have them', async () => {
    const stats = [{ field: 'recallDelaySeconds' }, { field: 'sentAt' }] as const;
    const { aggregations } = await archive.search(wants({ stats }));
    expect(aggregations.stats.recallDelaySeconds).toEqual({ count: 1, min: 2, max: 2, sum: 2 });
    expect(aggregations.stats.sentAt).toEqual({ count: 5, min: DAY, max: DAY + 4, sum: 5 * DAY + 10 });
    const { aggregations: none } = await archive.search({ ...wants({ stats }), text: literal('没有') });
    expect(none.stats.sentAt).toEqual({ count: 0, min: null, max: null, sum: 0 });
  });
});

const at = (text: string): number => Date.parse(text);

/** Instants, and the bars (start: count) that hold them. The starts are written by hand. */
// prettier-ignore
const HISTOGRAMS: [string, HistogramInterval, string, string[], Record<string, number>][] = [
  ['a day in Shanghai', 'day', 'Asia/Shanghai', ['2026-01-31T15:59:59.999Z', '2026-01-31T16:00:00Z', '2026-02-01T15:59:59.999Z'], { '2026-01-30T16:00:00Z': 1, '2026-01-31T16:00:00Z': 2 }],
  ['a day in UTC', 'day', 'UTC', ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00Z'], { '2026-01-31T00:00:00Z': 1, '2026-02-01T00:00:00Z': 1 }],
  ['a day of 23 hours', 'day', 'America/New_York', ['2026-03-08T05:00:00Z', '2026-03-09T03:59:59Z', '2026-03-09T04:00:00Z'], { '2026-03-08T05:00:00Z': 2, '2026-03-09T04:00:00Z': 1 }],
  ['a day of 25 hours', 'day', 'America/New_York', ['2026-11-01T04:00:00Z', '2026-11-02T04:59:59Z', '2026-11-02T05:00:00Z'], { '2026-11-01T04:00:00Z': 2, '2026-11-02T05:00:00Z': 1 }],
  ['a day that begins at one', 'day', 'America/Sao_Paulo', ['2018-11-04T02:59:59Z', '2018-11-04T03:00:00Z', '2018-11-05T01:59:59Z', '2018-11-05T02:00:00Z'], { '2018-11-03T03:00:00Z': 1, '2018-11-04T03:00:00Z': 2, '2018-11-05T02:00:00Z': 1 }],
  ['summer time in China, 1988', 'day', 'Asia/Shanghai', ['1988-07-01T14:59:59Z', '1988-07-01T15:00:00Z'], { '1988-06-30T15:00:00Z': 1, '1988-07-01T15:00:00Z': 1 }],
  ['hours of which one comes twice', 'hour', 'America/New_York', ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', '2026-11-01T07:00:00Z'], { '2026-11-01T05:00:00Z': 1, '2026-11-01T06:00:00Z': 1, '2026-11-01T07:00:00Z': 1 }],
  ['hours where the clock is 45 minutes off', 'hour', 'Asia/Kathmandu', ['2026-01-01T00:14:00Z', '2026-01-01T00:15:00Z'], { '2025-12-31T23:15:00Z': 1, '2026-01-01T00:15:00Z': 1 }],
  ['weeks begin on Monday', 'week', 'Asia/Macau', ['2026-01-04T15:59:59Z', '2026-01-04T16:00:00Z', '2026-01-11T15:59:59Z'], { '2025-12-28T16:00:00Z': 1, '2026-01-04T16:00:00Z': 2 }],
  ['a week with a change of the clock', 'week', 'Europe/Lisbon', ['2026-03-23T00:00:00Z', '2026-03-29T22:59:59Z', '2026-03-29T23:00:00Z'], { '2026-03-23T00:00:00Z': 2, '2026-03-29T23:00:00Z': 1 }],
  ['months', 'month', 'Asia/Macau', ['2024-02-29T15:59:59Z', '2024-02-29T16:00:00Z', '2024-12-31T16:00:00Z'], { '2024-01-31T16:00:00Z': 1, '2024-02-29T16:00:00Z': 1, '2024-12-31T16:00:00Z': 1 }],
  ['quarters', 'quarter', 'Europe/Lisbon', ['2026-03-31T22:59:59Z', '2026-03-31T23:00:00Z', '2026-06-30T22:59:59Z', '2026-12-31T23:59:59Z'], { '2026-01-01T00:00:00Z': 1, '2026-03-31T23:00:00Z': 2, '2026-09-30T23:00:00Z': 1 }],
  ['years', 'year', 'Pacific/Auckland', ['2025-12-31T10:59:59Z', '2025-12-31T11:00:00Z', '1969-12-31T12:00:00Z'], { '1969-12-31T12:00:00Z': 1, '2024-12-31T11:00:00Z': 1, '2025-12-31T11:00:00Z': 1 }],
];

onEveryEngine('histograms on $name', (kind) => {
  it.each(HISTOGRAMS)('%s', async (_name, interval, timeZone, instants, bars) => {
    const archive = await ArchiveUnderTest.create(kind, [
      ...instants.map((instant) => makeMessage(instant, { sentAt: at(instant) })),
      makeMessage('undated', { sentAt: null }),
    ]);
    const { aggregations } = await archive.search(wants({ histograms: [{ interval, timeZone }] }));
    await archive.remove();
    const expected = Object.entries(bars).map(([start, count]) => ({ start: at(start), count }));
    expect(aggregations.histograms).toEqual([[...expected, { start: null, count: 1 }]]);
  });

  it('counts the hits of the query only, several intervals at once', async () => {
    const archive = await ArchiveUnderTest.create(kind, people);
    const histograms = [
      { interval: 'day', timeZone: 'UTC' },
      { interval: 'year', timeZone: 'UTC' },
    ] as const;
    const { aggregations } = await archive.search({ ...wants({ histograms }), text: literal('甲') });
    await archive.remove();
    expect(aggregations.histograms).toEqual([
      [
        { start: DAY, count: 4 },
        { start: null, count: 1 },
      ],
      [
        { start: Date.UTC(2026, 0), count: 4 },
        { start: null, count: 1 },
      ],
    ]);
  });
});

/** Instants, and the local days (day: count) that hold them. The days are written by hand. */
// prettier-ignore
const LOCAL_DAYS: [string, string, string[], Record<string, number>][] = [
  ['midnight in Macau', 'Asia/Macau', ['2026-01-31T15:59:59.999Z', '2026-01-31T16:00:00Z', '2026-02-01T15:59:59Z'], { '2026-01-31': 1, '2026-02-01': 2 }],
  ['a day of 23 hours', 'America/New_York', ['2026-03-08T04:59:59Z', '2026-03-08T05:00:00Z', '2026-03-09T03:59:59Z', '2026-03-09T04:00:00Z'], { '2026-03-07': 1, '2026-03-08': 2, '2026-03-09': 1 }],
  ['a day of 25 hours', 'America/New_York', ['2026-11-01T04:00:00Z', '2026-11-02T04:59:59Z', '2026-11-02T05:00:00Z'], { '2026-11-01': 2, '2026-11-02': 1 }],
  ['a day that begins at one', 'America/Sao_Paulo', ['2018-11-04T02:59:59Z', '2018-11-04T03:00:00Z'], { '2018-11-03': 1, '2018-11-04': 1 }],
  ['a day that never was', 'Pacific/Apia', ['2011-12-30T09:59:59Z', '2011-12-30T10:00:00Z'], { '2011-12-29': 1, '2011-12-31': 1 }],
  ['before 1970', 'UTC', ['1969-12-31T23:59:59Z', '1969-12-30T00:00:00Z', '1970-01-01T00:00:00Z'], { '1969-12-30': 1, '1969-12-31': 1, '1970-01-01': 1 }],
];

const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

onEveryEngine('counts of values day by day on $name', (kind) => {
  it.each(LOCAL_DAYS)('%s', async (_name, timeZone, instants, expected) => {
    const archive = await ArchiveUnderTest.create(kind, [
      ...instants.map((instant) => makeMessage(instant, { sentAt: at(instant) })),
      makeMessage('undated', { sentAt: null }),
    ]);
    const { aggregations } = await archive.search(wants({ dayCounts: [{ field: 'senderId', timeZone }] }));
    await archive.remove();
    const days = Object.keys(expected).map(dayNumber);
    expect(aggregations.dayCounts).toEqual([
      [{ value: 'sender', days: Int32Array.from(days), counts: Uint32Array.from(Object.values(expected)) }],
    ]);
  });

  it('counts the hits of the query, for each member of a list, without values that have no day', async () => {
    const archive = await ArchiveUnderTest.create(kind, [...people, makeMessage('8', { sentAt: null, text: '甲', senderId: 'nobody' })]);
    const dayCounts = [
      { field: 'senderId', timeZone: 'UTC' },
      { field: 'custodianId', timeZone: 'UTC' },
      { field: 'conversationId', timeZone: 'Asia/Tokyo' },
    ] as const;
    const { aggregations } = await archive.search({ ...wants({ dayCounts }), text: literal('甲') });
    await archive.remove();
    const day = Int32Array.of(DAY / 86_400_000);
    const counted = aggregations.dayCounts.map((values) => values.map(({ value, counts }) => [value, ...counts]));
    expect(counted).toEqual([
      [
        ['li', 1],
        ['wang', 3],
      ],
      [
        ['li', 2],
        ['wang', 3],
      ],
      [
        ['a', 2],
        ['b', 1],
        ['c', 1],
      ],
    ]);
    expect(aggregations.dayCounts.flat().every(({ days }) => days.length === 1 && days[0] === day[0])).toBe(true);
  });

  it('refuses more values than it may list, and lists as many as it may', async () => {
    const archive = await ArchiveUnderTest.create(
      kind,
      Array.from({ length: MOST_DAY_COUNTS_VALUES + 1 }, (_, index) =>
        makeMessage(String(index), { senderId: `s${index}`, conversationId: `c${Math.min(index, MOST_DAY_COUNTS_VALUES - 1)}` }),
      ),
    );
    const wanted = (field: DayCountsField): ReturnType<typeof wants> => wants({ dayCounts: [{ field, timeZone: 'UTC' }] });
    await expect(archive.search(wanted('senderId'))).rejects.toMatchObject({ code: 'AGGREGATION_TOO_LARGE' });
    expect((await archive.search(wanted('conversationId'))).aggregations.dayCounts[0]).toHaveLength(MOST_DAY_COUNTS_VALUES);
    await archive.remove();
  });
});
