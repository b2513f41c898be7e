import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEveryEngine } from '../contract/engines.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const people = ['wang', 'wang', 'wang', 'li', 'li', 'zhao'];
const messages = [
  ...people.map((senderId, index) =>
    makeMessage(String(index), {
      text: '保证金',
      senderId,
      senderName: senderId.toUpperCase(),
      conversationId: `c${index % 2}`,
      sentAt: Date.UTC(2026, 0, 31 + index, 17),
    }),
  ),
  makeMessage('undated', { text: '保证金', sentAt: null, senderId: null }),
  makeMessage('other', { text: '午饭', senderId: 'wang' }),
];

const QUERY = `query ($input: SearchInput!, $few: Int = 1, $wantsDays: Boolean = true) {
  search(input: $input) {
    totalCount
    few: facets(fields: [senderId], first: $few) { field buckets { value count } otherCount missingCount }
    facets(fields: [senderId, conversationId]) { field buckets { value label count } otherCount missingCount }
    ...bars
    days: histogram(interval: DAY, timeZone: "UTC") @include(if: $wantsDays) { start count }
  }
}
fragment bars on SearchResult {
  months: histogram(interval: MONTH, timeZone: "UTC") { start count }
  localMonths: histogram(interval: MONTH, timeZone: "Asia/Macau") { start count }
}`;

const EXPECTED = {
  totalCount: 7,
  few: [{ field: 'senderId', buckets: [{ value: 'wang', count: 3 }], otherCount: 3, missingCount: 1 }],
  facets: [
    {
      field: 'senderId',
      buckets: [
        { value: 'wang', label: 'WANG', count: 3 },
        { value: 'li', label: 'LI', count: 2 },
        { value: 'zhao', label: 'ZHAO', count: 1 },
      ],
      otherCount: 0,
      missingCount: 1,
    },
    {
      field: 'conversationId',
      buckets: [
        { value: 'c0', label: null, count: 3 },
        { value: 'c1', label: null, count: 3 },
        { value: 'conversation', label: null, count: 1 },
      ],
      otherCount: 0,
      missingCount: 0,
    },
  ],
  months: [
    { start: '2026-01-01T00:00:00.000Z', count: 1 },
    { start: '2026-02-01T00:00:00.000Z', count: 5 },
    { start: null, count: 1 },
  ],
  localMonths: [
    { start: '2026-01-31T16:00:00.000Z', count: 6 },
    { start: null, count: 1 },
  ],
};

onEveryEngine('facets and histogram on $name', (kind) => {
  let app: RunningApp;
  const engine = MemorySearchEngine.of(messages);
  let overMemory: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages });
    overMemory = await RunningApp.start({ engine, catalog: new MemoryCatalogStore() });
  });
  afterAll(async () => {
    await app.stop();
    await overMemory.stop();
  });

  it('counts over all hits, under every alias, whatever the page', async () => {
    const { search } = await app.data<{ search: object }>(QUERY, { input: { text: '保证金', first: 1 }, wantsDays: false });
    expect(search).toEqual(EXPECTED);
  });

  it('asks the engine once', async () => {
    const before = engine.calls.search ?? 0;
    const { search } = await overMemory.data<{ search: { days: unknown[] } }>(QUERY, { input: { text: '保证金' } });
    expect(search).toMatchObject(EXPECTED);
    expect(search.days).toHaveLength(7);
    expect(engine.calls.search).toBe(before + 1);
  });

  it('adds up to the page walk', async () => {
    interface Page {
      search: {
        totalCount: number;
        edges: { message: { senderId: string | null } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }
    const counts = new Map<string | null, number>();
    for (let after: string | null = null, more = true; more;) {
      const { search }: Page = await app.data<Page>(
        'query ($after: String) { search(input: { text: "保证金", first: 2, after: $after }) { totalCount edges { message { senderId } } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      for (const { message } of search.edges) counts.set(message.senderId, (counts.get(message.senderId) ?? 0) + 1);
      after = search.pageInfo.endCursor;
      more = search.pageInfo.hasNextPage;
    }
    expect(Object.fromEntries(counts)).toEqual({ wang: 3, li: 2, zhao: 1, null: 1 });
  });

  it.each([
    ['facets(fields: [senderId], first: 101) { field }', 'first'],
    ['facets(fields: [senderId], first: -1) { field }', 'first'],
    ['histogram(interval: DAY, timeZone: "Mars/Olympus") { count }', 'timeZone'],
  ])('refuses %s', async (field, parameter) => {
    expect(await app.failure(`{ search(input: {}) { ${field} } }`)).toEqual({ code: 'INPUT_INVALID', parameters: [parameter] });
  });
});
