import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FOLD_VERSION } from '../../src/analysis/fold.js';
import { ElasticsearchSearchEngine } from '../../src/engine/elasticsearch/elasticsearch-search-engine.js';
import type { MessageIndex } from '../../src/engine/elasticsearch/message-index.js';
import { planQuery } from '../../src/engine/elasticsearch/query-plan.js';
import { runPlan } from '../../src/engine/elasticsearch/run-plan.js';
import { Deadline, Searching } from '../../src/engine/elasticsearch/searching.js';
import type { SearchEngine } from '../../src/engine/search-engine.js';
import { NO_AGGREGATION } from '../../src/query/aggregation.js';
import { EVERYTHING } from '../../src/query/ast.js';
import { ArchiveUnderTest, request, SCOPE } from '../contract/archive-under-test.js';
import { onElasticsearch } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { and, literal, near, or } from '../support/query-nodes.js';

const MESSAGES = Array.from({ length: 1_200 }, (_, index) =>
  makeMessage(String(index), { text: `付款 合同${index}`, sentAt: index % 10 === 0 ? null : index, senderId: `s${index % 450}`, senderName: `名${index}` }),
);

/** What the engine works with. */
function insideOf(engine: SearchEngine): MessageIndex {
  return (engine as unknown as { readonly messages: MessageIndex }).messages;
}

onElasticsearch('the searches of $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, MESSAGES);
  });
  afterAll(() => archive.remove());

  async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
    const { client } = insideOf(archive.engine).cluster;
    const paths: string[] = [];
    const note = (_error: unknown, event: { meta: { request: { params: { path: string } } } } | null): number =>
      paths.push(event!.meta.request.params.path.split('/').at(-1)!);
    await archive.search({ first: 0, wantsCompleteness: true });
    client.diagnostic.on('request', note as never);
    await work();
    client.diagnostic.off('request', note as never);
    return paths;
  }

  it('a page, its total and its facets are one request; no more than needed for the rest', async () => {
    const aggregations = { ...NO_AGGREGATION, facets: [{ field: 'senderId' as const, first: 3 }] };
    const page = { text: literal('付款'), order: 'newest', first: 20 } as const;
    expect(await requestsOf(() => archive.search(page))).toEqual(['_search']);
    expect(await requestsOf(() => archive.search({ ...page, aggregations }))).toEqual(['_search', '_msearch', '_msearch']);
    expect(await requestsOf(() => archive.search({ ...page, wantsCompleteness: true }))).toEqual(['_mget', '_msearch']);
    expect(await requestsOf(() => archive.search({ ...page, text: near('付款', '合同', 3) }))).toContain('_pit');
  });

  it('leaves no snapshot open, whatever becomes of the search', async () => {
    const { cluster, names } = insideOf(archive.engine);
    const texts = Array.from({ length: 3_000 }, (_, index) => literal(`同${index}`));
    expect((await archive.search({ text: and(literal('付款'), or(...texts)), order: 'newest', first: 5 })).total).toBe(1_200);
    await archive.search({ text: near('付款', '合同', 3), lookBack: 3, first: 3, order: 'newest' });
    await expect(archive.search({ text: or(...texts), deadline: 20 })).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    for await (const batch of archive.engine.scan(SCOPE, { filter: EVERYTHING, text: near('付款', '合同', 3) }, 'oldest')) {
      expect(batch).toHaveLength(500);
      break;
    }
    const openSnapshots = async (): Promise<number | undefined> =>
      (await cluster.client.indices.stats({ index: names.messages, metric: 'search' }))._all.total!.search!.open_contexts;
    for (let wait = 0; wait < 100 && (await openSnapshots())! > 0; wait += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await openSnapshots()).toBe(0);
  }, 60_000);

  it('refuses parts of a query that find too much to be held', async () => {
    const { cluster, names } = insideOf(archive.engine);
    const plan = planQuery({ filter: EVERYTHING, text: near('付款', '合同', 3) });
    const run = (most: number): Promise<unknown> =>
      Searching.of(cluster, names.messages).inSnapshot((searching) => runPlan(plan, searching, new Deadline(10_000), most));
    await expect(run(1_199)).rejects.toMatchObject({ code: 'QUERY_TOO_BROAD' });
    expect(await run(1_200)).toMatchObject({ terms: { id: { length: 1_200 } } });
  });

  it('names more values than one request takes', async () => {
    const values = Array.from({ length: 450 }, (_, index) => `s${index}`);
    const labels = await archive.engine.labels(SCOPE, 'senderId', values);
    const newest = (value: number): string => {
      const own = MESSAGES.map((_, index) => index).filter((index) => index % 450 === value);
      const dated = own.filter((index) => index % 10 !== 0);
      const byId = own.sort((left, right) => (MESSAGES[left]!.id < MESSAGES[right]!.id ? -1 : 1));
      return `名${dated.length > 0 ? Math.max(...dated) : byId[0]!}`;
    };
    expect(labels).toEqual(values.map((value, index) => ({ value, label: newest(index) })));
  });

  it('gives up when the time is over', async () => {
    await expect(archive.engine.search(SCOPE, request({ deadline: 0 }))).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    await expect(new Deadline(50).limit(() => new Promise(() => undefined))).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    expect(await new Deadline(1_000).limit(async () => 'done')).toBe('done');
  });

  it('tells that writing is blocked, and searches on', async () => {
    const { cluster, names } = insideOf(archive.engine);
    const block = (isBlocked: boolean) => cluster.client.indices.putSettings({ index: names.messages, settings: { 'index.blocks.write': isBlocked } });
    await block(true);
    expect(await archive.engine.health()).toMatchObject({ isReady: true, messageCount: 1_200, problem: expect.stringContaining('index.blocks.write') });
    expect((await archive.search({ first: 0 })).total).toBe(1_200);
    await block(false);
    expect((await archive.engine.health()).problem).toBeNull();
  });

  it('refuses an index that was replaced by one with other text rules, and says so', async () => {
    const { cluster, names } = insideOf(archive.engine);
    const [meta] = Object.values(await cluster.client.indices.getMapping({ index: names.messages })).map(({ mappings }) => mappings._meta!['holdfast'] as object);
    const put = (parts: object) => cluster.client.indices.putMapping({ index: names.messages, _meta: { holdfast: { ...meta, ...parts } } });
    await put({ foldVersion: 'other rules' });
    const opened = await ElasticsearchSearchEngine.open(cluster.settings, FOLD_VERSION);
    await expect(opened.search(SCOPE, request())).rejects.toMatchObject({ code: 'INDEX_VERSION_MISMATCH' });
    expect(await opened.health()).toMatchObject({ isReady: false, problem: expect.stringContaining('holdfast reindex') });
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    await expect(archive.search()).rejects.toMatchObject({ code: 'INDEX_VERSION_MISMATCH' });
    await put({});
    expect((await opened.search(SCOPE, request({ first: 0 }))).total).toBe(1_200);
    await opened.close();
  }, 30_000);
});
