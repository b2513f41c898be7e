import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEveryEngine } from '../contract/engines.js';
import { makeAttachment, makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5, 2);

const messages = [
  makeMessage('1', {
    text: '请把保证金转到私人账户',
    sentAt: START,
    senderId: 'wang',
    senderName: '王经理',
    custodianIds: ['wang'],
    conversationId: 'a',
    conversationName: '项目组',
  }),
  makeMessage('2', { text: '保證金已經收到', sentAt: START + DAY, senderId: 'li', custodianIds: ['li', 'wang'], conversationId: 'a' }),
  makeMessage('3', {
    text: 'The deposit was sent to ACME-2',
    sentAt: START + 2 * DAY,
    senderId: 'li',
    custodianIds: ['li'],
    conversationId: 'b',
    attachments: [makeAttachment('保证金.pdf')],
  }),
  makeMessage('4', { text: '电话 138-0013-8000', sentAt: null, senderId: 'zhao', conversationId: 'b', recall: { at: START, by: 'zhao' } }),
  makeMessage('5', { text: '午饭吃什么', sentAt: START + 3 * DAY, senderId: 'wang', conversationId: 'c', sources: ['phone'] }),
];

interface Hits {
  readonly search: {
    readonly totalCount: number;
    readonly edges: { cursor: string; message: { nativeId: string } }[];
    readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

onEveryEngine('search on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages });
  });
  afterAll(() => app.stop());

  const search = async (input: Record<string, unknown>): Promise<Hits['search']> => {
    const query =
      'query ($input: SearchInput!) { search(input: $input) { totalCount edges { cursor message { nativeId } } pageInfo { hasNextPage endCursor } } }';
    return (await app.data<Hits>(query, { input })).search;
  };
  const found = async (input: Record<string, unknown>): Promise<string> => {
    const { edges, totalCount } = await search(input);
    expect(totalCount).toBe(edges.length);
    return edges.map((edge) => edge.message.nativeId).join(' ');
  };

  it.each<[string, Record<string, unknown>, string]>([
    ['everything, newest first, undated last', {}, '5 3 2 1 4'],
    ['a literal in both scripts, in text and names', { text: '保证金' }, '3 2 1'],
    ['oldest first', { text: '保证金', sort: 'OLDEST' }, '1 2 3'],
    ['one text field', { text: '保证金', textFields: ['NAME'] }, '3'],
    ['a prefix over the given field', { text: 'body:保证金', textFields: ['NAME'] }, '2 1'],
    ['a conjunction with an exclusion', { text: '保证金 -私人' }, '3 2'],
    ['digits without their separators', { text: '#13800138000' }, '4'],
    ['nothing', { text: '并不存在' }, ''],
    ['a filter alone', { filter: { senderIds: ['wang'] } }, '5 1'],
    ['a filter and text', { text: '保证金', filter: { custodianIds: ['li'] } }, '3 2'],
    [
      'time with offsets, first inclusive, last exclusive',
      { filter: { sentFrom: '2026-01-05T10:00:00+08:00', sentTo: '2026-01-06T02:00:00Z' } },
      '1',
    ],
    ['or and not', { filter: { or: [{ senderIds: ['zhao'] }, { senderIds: ['li'], not: { hasAttachments: true } }] } }, '2 4'],
    ['an empty list, which nothing fits', { filter: { ids: [] } }, ''],
    ['recalled', { filter: { isRecalled: true } }, '4'],
    ['a source', { filter: { sources: ['phone'] } }, '5'],
    ['null as not given', { text: null, filter: { senderIds: null, sources: ['phone'] }, sort: null }, '5'],
  ])('finds %s', async (_what, input, expected) => {
    expect(await found(input)).toBe(expected);
  });

  it('pages through all hits once, also when messages arrive meanwhile', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Hits['search'] = await search({ text: '保证金', first: 1, after });
      expect(page.totalCount).toBeGreaterThanOrEqual(3);
      seen.push(...page.edges.map((edge) => edge.message.nativeId));
      if (seen.length === 1) await app.store([makeMessage('late', { text: '新的保证金', sentAt: START + 30 * DAY, senderId: 'late' })]);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen.join(' ')).toBe('3 2 1');
    expect(await found({ filter: { senderIds: ['late'] } })).toBe('late');
  });

  it('shows where the hit is, in the original text', async () => {
    const answer = await app.data<{
      search: {
        edges: { highlights: { field: string; attachmentId: string | null; snippet: string; spans: { start: number; end: number }[] }[] }[];
      };
    }>(
      '{ search(input: { text: "保证金", filter: { senderIds: ["li"] } }) { edges { highlights { field attachmentId snippet spans { start end } } } } }',
    );
    const shown = answer.search.edges.map(({ highlights }) =>
      highlights.map(({ field, attachmentId, snippet, spans }) => [
        field,
        attachmentId,
        ...spans.map(({ start, end }) => snippet.slice(start, end)),
      ]),
    );
    expect(shown).toEqual([[['NAME', 'attachment-保证金.pdf', '保证金']], [['BODY', null, '保證金']]]);
  });

  it('says what was searched and what was not, within the filter', async () => {
    const completeness = async (filter: Record<string, unknown>): Promise<unknown> =>
      (
        await app.data<{ search: { completeness: unknown } }>(
          'query ($filter: FilterInput) { search(input: { filter: $filter }) { completeness { engine recordsRejected attachmentsNotSearched { state count } } } }',
          { filter },
        )
      ).search.completeness;
    expect(await completeness({})).toEqual({
      engine: kind.name,
      recordsRejected: 0,
      attachmentsNotSearched: [{ state: 'missing', count: 1 }],
    });
    expect(await completeness({ senderIds: ['wang'] })).toMatchObject({ attachmentsNotSearched: [] });
  });

  it('ranks by relevance what the search language finds', async () => {
    const { edges } = await search({ text: '保证金 OR 午饭', sort: 'RELEVANCE', first: 1 });
    expect(edges[0]!.message.nativeId).toBe('5');
    expect(await app.failure('{ search(input: { sort: RELEVANCE }) { totalCount } }')).toMatchObject({
      code: 'INPUT_INVALID',
      parameters: ['sort'],
    });
    expect(await app.failure('{ search(input: { text: "-午饭", sort: RELEVANCE }) { totalCount } }')).toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});
