import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FOLD_VERSION } from '../../../src/analysis/fold.js';
import { ElasticsearchIndexWriter } from '../../../src/engine/elasticsearch/elasticsearch-index-writer.js';
import { ElasticsearchSearchEngine } from '../../../src/engine/elasticsearch/elasticsearch-search-engine.js';
import type { Readiness } from '../../../src/health/readiness.service.js';
import { request, SCOPE } from '../../contract/archive-under-test.js';
import { elasticsearchAt } from '../../contract/engines.js';
import { describeWithElasticsearch, findOwnElasticsearch } from '../../support/elasticsearch/describe-with-elasticsearch.js';
import { prefixOf } from '../../support/elasticsearch/elasticsearch-archive.js';
import { ElasticsearchServers } from '../../support/elasticsearch/elasticsearch-servers.js';
import { HoldfastCommand, type Ended } from '../../support/holdfast-command.js';
import { ANY_TIME, makeMessage } from '../../support/make-message.js';
import { prepare } from '../../support/prepare.js';
import { literal, or, range, terms } from '../../support/query-nodes.js';
import { RunningApp } from '../../support/start-app.js';
import { MessagesUnderTest, problemsOf } from '../messages-under-test.js';

const MINUTES = 300_000;
const COUNT = 10_000;
/** Milliseconds that a search may take. */
const SEARCH_LIMIT = 3_000;
const FACETS = '{ search(input: { text: "付款" }) { totalCount facets(fields: [senderId, conversationId]) { buckets { value count } } } }';
const PROBLEMS = 'query ($id: ID!) { importProblems(runId: $id) { totalCount edges { node { line reason detail } } } }';

interface FacetsData {
  readonly search: { readonly totalCount: number };
}

interface ProblemsData {
  readonly importProblems: {
    readonly totalCount: number;
    readonly edges: readonly { readonly node: { readonly line: number; readonly reason: string; readonly detail: string } }[];
  };
}

interface Imported {
  readonly runs: readonly { readonly id: string; readonly tally: { readonly counts: Readonly<Record<string, number>> } }[];
}

describeWithElasticsearch(await findOwnElasticsearch(), 'a server that refuses', () => {
  let own: ElasticsearchServers;
  let holdfast: HoldfastCommand;
  let file: string;
  const kind = elasticsearchAt(() => own.urls);

  beforeAll(async () => {
    // So many threads share its memory that it takes the fewest clauses that a server may: 1,024.
    const settings = { 'thread_pool.write.size': 1, 'thread_pool.write.queue_size': 1, 'thread_pool.search.size': 60 };
    own = await ElasticsearchServers.start({ settings });
  }, MINUTES);
  afterAll(() => own.close(), MINUTES);
  beforeEach(() => {
    holdfast = new HoldfastCommand(kind);
    file = join(holdfast.directory, 'chat.jsonl');
  });
  afterEach(async () => {
    await setCluster(null);
    await holdfast.remove();
  });

  async function put(path: string, body: object): Promise<void> {
    const answer = await fetch(`${own.urls[0]}/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the setting was refused: ${await answer.text()}`);
  }

  /** Limits of the whole server; null: those it started with. */
  const setCluster = (limits: Readonly<Record<string, string>> | null): Promise<void> =>
    put('_cluster/settings', {
      persistent: { 'indices.breaker.request.limit': null, 'network.breaker.inflight_requests.limit': null, ...limits },
    });

  /** What the disk does to indices above its flood stage. `which`: of the archive under test. */
  const setFlood = (which: string, isOn: boolean): Promise<void> =>
    put(`${prefixOf(holdfast.dataDir)}-${which}/_settings`, { 'index.blocks.read_only_allow_delete': isOn ? true : null });

  function write(count: number, more: (index: number) => object = () => ({})): void {
    const line = (index: number): string =>
      JSON.stringify({
        id: `m${index}`,
        conversationId: 'c',
        senderId: 'li',
        sentAt: 1_772_413_200_000 + index,
        text: `付款 ${index}`,
        ...more(index),
      });
    writeFileSync(file, Array.from({ length: count }, (_, index) => `${line(index)}\n`).join(''));
  }

  const reached = async (changes: number): Promise<void> => {
    while ((await kind.committedChanges(holdfast.dataDir).catch(() => 0)) < changes) await sleep(5);
  };
  const countsOf = ({ code, out, err }: Ended): Imported['runs'][0]['tally']['counts'] => {
    if (code !== 0 && code !== 1) throw new Error(`the import ended with ${code}: ${err}`);
    return (JSON.parse(out) as Imported).runs[0]!.tally.counts;
  };
  const appOn = (): Promise<RunningApp> =>
    RunningApp.start({ kind, dataDir: holdfast.dataDir, variables: { HOLDFAST_SEARCH_TIMEOUT_MS: String(SEARCH_LIMIT) } });

  it(
    'to write above its flood stage: the import stops at once and says why, searches go on, and so does the import afterwards',
    async () => {
      write(COUNT);
      const begun = holdfast.run(['import', file, '--json']);
      await reached(1);
      await setFlood('messages', true);
      const blockedAt = performance.now();
      const { code, err } = await begun;
      expect([code, err]).toEqual([2, expect.stringMatching(/ENGINE_WRITE_BLOCKED: .*nearly full/)]);
      expect(performance.now() - blockedAt).toBeLessThan(20_000);
      const app = await appOn();
      expect((await app.data<FacetsData>(FACETS)).search.totalCount).toBeLessThan(COUNT);

      // Of every index: no audit, no hits.
      await setFlood('*', true);
      expect(await app.failure(FACETS)).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
      const ready = await fetch(`${app.url}/health/ready`);
      const { checks } = (await ready.json()) as Readiness;
      expect([ready.status, checks.find(({ name }) => name === 'writeBlock')?.state]).toEqual([503, 'failed']);
      expect(await holdfast.run(['import', file, '--json'])).toMatchObject({
        code: 2,
        err: expect.stringMatching(/(ENGINE_WRITE_BLOCKED|AUDIT_UNAVAILABLE): /),
      });

      await setFlood('*', false);
      expect(countsOf(await holdfast.run(['import', file, '--json']))).toMatchObject({ read: COUNT, new: COUNT });
      expect((await app.data<FacetsData>(FACETS)).search.totalCount).toBe(COUNT);
      await app.stop();
    },
    MINUTES,
  );

  it(
    'requests when its queue is full: each message is written once',
    async () => {
      const archive = new MessagesUnderTest({ url: own.urls[0] });
      const writers = await Promise.all(Array.from({ length: 6 }, () => ElasticsearchIndexWriter.open(archive.settings, FOLD_VERSION)));
      const before = await rejections();
      const results = await Promise.all(
        writers.map((writer, each) =>
          writer.put(Array.from({ length: 2_000 }, (_, index) => ({ prepared: prepare(makeMessage(`${each} ${index}`)), expected: null }))),
        ),
      );
      expect(await rejections()).toBeGreaterThan(before);
      expect(new Set(results.flat().map(({ outcome }) => outcome))).toEqual(new Set(['written']));
      await writers[0]!.refresh();
      expect(await archive.count()).toBe(12_000);
      await Promise.all(writers.map((writer) => writer.close()));
      await archive.remove();
    },
    MINUTES,
  );

  async function rejections(): Promise<number> {
    const answer = await fetch(`${own.urls[0]}/_nodes/stats/thread_pool`);
    const { nodes } = (await answer.json()) as { nodes: Record<string, { thread_pool: { write: { rejected: number } } }> };
    return Object.values(nodes).reduce((sum, { thread_pool: pools }) => sum + pools.write.rejected, 0);
  }

  it(
    'searches that need more memory than its circuit breaker grants: they wait for room until their time is over',
    async () => {
      write(COUNT, (index) => ({ senderId: `sender ${index}` }));
      await holdfast.run(['import', file]);
      const app = await appOn();
      await setCluster({ 'indices.breaker.request.limit': '1kb' });
      const begun = performance.now();
      const { code } = await app.failure(FACETS);
      expect(['ENGINE_BUSY', 'QUERY_TIMEOUT']).toContain(code);
      expect(performance.now() - begun).toBeLessThan(SEARCH_LIMIT + 5_000);
      const [{ search }] = await Promise.all([app.data<FacetsData>(FACETS), sleep(500).then(() => setCluster(null))]);
      expect(search.totalCount).toBe(COUNT);
      await app.stop();
    },
    MINUTES,
  );

  it(
    'writes that are larger than its circuit breaker grants: the import waits for room',
    async () => {
      write(COUNT);
      await setCluster({ 'network.breaker.inflight_requests.limit': '100kb' });
      const begun = holdfast.run(['import', file, '--json']);
      let isOver = false;
      void begun.then(() => (isOver = true));
      while (!isOver && (await trips('inflight_requests')) === 0) await sleep(50);
      await setCluster(null);
      expect(countsOf(await begun)).toMatchObject({ read: COUNT, new: COUNT });
    },
    MINUTES,
  );

  async function trips(breaker: string): Promise<number> {
    const answer = await fetch(`${own.urls[0]}/_nodes/stats/breaker`);
    const { nodes } = (await answer.json()) as { nodes: Record<string, { breakers: Record<string, { tripped: number }> }> };
    return Object.values(nodes).reduce((sum, { breakers }) => sum + (breakers[breaker]?.tripped ?? 0), 0);
  }

  it(
    'more clauses than it has memory for: it is asked for no more',
    async () => {
      const archive = new MessagesUnderTest({ url: own.urls[0] });
      const writer = await ElasticsearchIndexWriter.open(archive.settings, FOLD_VERSION);
      const texts = Array.from({ length: 250 }, (_, index) => `Nr. ${1_000 + index} ist bezahlt`);
      const manyWords = Array.from({ length: 3_000 }, (_, index) => `word${index}`).join(' ');
      await writer.put([...texts, manyWords].map((text, index) => ({ prepared: prepare(makeMessage(`m${index}`, { text })), expected: null })));
      await writer.refresh();
      expect(await problemsOf(writer)).toEqual([]);
      await writer.close();
      const engine = await ElasticsearchSearchEngine.open(archive.settings, FOLD_VERSION);
      const literals = texts.map((text) => literal(text));
      const instants = Array.from({ length: 400 }, (_, index) => range('sentAt', ANY_TIME - index * 10, ANY_TIME - index * 10 + 5));
      expect((await engine.search(SCOPE, request({ text: or(...literals), filter: or(...instants), first: 0 }))).total).toBe(texts.length);
      for (const count of [100, 200, 250]) {
        const counted = await engine.countTerms(SCOPE, literals.slice(0, count), terms('kind', 'text'), 30_000);
        expect(counted).toEqual(Array.from({ length: count }, () => ({ hits: 1, uniqueHits: 1, hitsByCustodian: {} })));
      }
      await engine.close();
      await archive.remove();
    },
    MINUTES,
  );

  it(
    'one message of a thousand: the others are imported, and this one is reported',
    async () => {
      const secret = '密'.repeat(11_000);
      write(1_000, (index) => (index === 612 ? { conversationId: secret } : {}));
      const ended = await holdfast.run(['import', file, '--json']);
      expect([ended.code, ended.err, ended.out]).toEqual([1, expect.not.stringContaining('密'), expect.not.stringContaining('密')]);
      expect(countsOf(ended)).toMatchObject({ read: 1_000, new: 999, rejected: 1 });
      const { id } = (JSON.parse(ended.out) as Imported).runs[0]!;
      const app = await appOn();
      const { importProblems } = await app.data<ProblemsData>(PROBLEMS, { id });
      expect(importProblems).toMatchObject({ totalCount: 1, edges: [{ node: { line: 613, reason: 'WRITE_REFUSED' } }] });
      expect(importProblems.edges[0]!.node.detail).toMatch(/32,766 bytes/);
      await app.stop();
    },
    MINUTES,
  );
});
