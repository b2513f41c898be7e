import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEveryEngine } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

interface Answer {
  readonly search: {
    readonly totalCount: number;
    readonly terms: { kept: string[]; dropped: string[] };
    readonly edges: { cursor: string; score: number | null; message: { nativeId: string } }[];
    readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const QUERY = `query ($input: SearchInput!) { search(input: $input) {
  totalCount terms { kept dropped } edges { cursor score message { nativeId } } pageInfo { hasNextPage endCursor }
} }`;
const QUESTION = '昨天转账的保证金是谁收到的？';

const messages = [
  ...['我们讨论了付款方式', '保证金由财务部收到', '转账记录在附件里', '保证金的转账昨天收到了', '天气很好'].map((text, index) =>
    makeMessage(String(index + 1), { text, sentAt: Date.UTC(2026, 0, index + 1) }),
  ),
  ...Array.from({ length: 40 }, (_, index) =>
    makeMessage(`filler-${index}`, { text: `第${index}次转账`, sentAt: Date.UTC(2025, 0, index + 1) }),
  ),
];

onEveryEngine('search with match ANY on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages });
  });
  afterAll(() => app.stop());

  const ask = async (input: Record<string, unknown>): Promise<Answer['search']> =>
    (await app.data<Answer>(QUERY, { input: { match: 'ANY', text: QUESTION, ...input } })).search;

  it('finds every message that holds a kept word, the best first', async () => {
    const { edges, totalCount, terms } = await ask({ first: 3 });
    expect(terms.kept).toEqual(expect.arrayContaining(['保证金', '转账', '收到']));
    expect(new Set([...terms.kept, ...terms.dropped]).size).toBe(terms.kept.length + terms.dropped.length);
    const holders = messages.filter((message) => terms.kept.some((term) => message.text.includes(term)));
    expect(totalCount).toBe(holders.length);
    expect(edges[0]!.message.nativeId).toBe('4');
    const scores = edges.map((edge) => edge.score!);
    expect(scores).toEqual([...scores].sort((left, right) => right - left));
  });

  it.each(['RELEVANCE', 'NEWEST', 'OLDEST'])('pages by %s with the words the list was begun with', async (sort) => {
    const first = await ask({ sort, first: 20 });
    await app.store(
      Array.from({ length: 30 }, (_, index) => makeMessage(`${sort}-${index}`, { text: '保证金保证金', sentAt: Date.UTC(2024, 0, 1) })),
    );
    const seen = first.edges.map((edge) => edge.message.nativeId);
    for (let page = first; page.pageInfo.hasNextPage;) {
      page = await ask({ sort, first: 20, after: page.pageInfo.endCursor });
      expect(page.terms.kept).toEqual(first.terms.kept);
      seen.push(...page.edges.map((edge) => edge.message.nativeId));
    }
    expect(new Set(seen).size).toBe(seen.length);
    const begunWith = messages
      .filter((message) => first.terms.kept.some((term) => message.text.includes(term)))
      .map((message) => message.nativeId);
    expect(seen).toEqual(expect.arrayContaining(begunWith));
  });

  it('is everything without a text, and an error without a word', async () => {
    expect((await ask({ text: ' ' })).totalCount).toBeGreaterThanOrEqual(messages.length);
    expect(await app.failure(QUERY, { input: { match: 'ANY', text: '？！……' } })).toMatchObject({ code: 'QUERY_EMPTY_TERM' });
  });

  it('finds nothing for words that no message has', async () => {
    expect(await ask({ text: '鸱鸮饕餮' })).toMatchObject({ totalCount: 0, edges: [], pageInfo: { hasNextPage: false } });
  });

  it('refuses a cursor of another text or another way of matching', async () => {
    const cursor = (await ask({ first: 1 })).pageInfo.endCursor;
    expect(await app.failure(QUERY, { input: { match: 'ANY', text: '天气很好', after: cursor } })).toMatchObject({
      code: 'CURSOR_INVALID',
    });
    expect(await app.failure(QUERY, { input: { text: '转账', after: cursor } })).toMatchObject({ code: 'CURSOR_INVALID' });
  });
});
