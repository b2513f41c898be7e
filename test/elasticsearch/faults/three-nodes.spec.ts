import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { elasticsearchAt, SQLITE } from '../../contract/engines.js';
import { describeWithElasticsearch, findOwnElasticsearch } from '../../support/elasticsearch/describe-with-elasticsearch.js';
import { ElasticsearchServers } from '../../support/elasticsearch/elasticsearch-servers.js';
import { COUNT, type Phase } from '../../support/import-phases.js';
import { Random } from '../../support/random.js';
import { scaled } from '../../support/scale.js';
import { RunningApp } from '../../support/start-app.js';
import { InterruptedImport } from './interrupted-import.js';

const MINUTES = 3_600_000;
const NODES = 3;
const kills = scaled(10);
const random = new Random(31);
/** Milliseconds: the limit of a search, and of its event in the audit; that of both and of the refusal, with some for a busy machine. */
const SEARCH_LIMIT = 3_000;
const PATIENCE = 3 * SEARCH_LIMIT + 6_000;
const CLEAR_CODES = ['ENGINE_UNAVAILABLE', 'ENGINE_BUSY', 'QUERY_TIMEOUT', 'AUDIT_UNAVAILABLE'];
const SEARCH = '{ search(input: { text: "付款", first: 5 }) { totalCount completeness { watermark } edges { message { id } } } }';

interface Health {
  readonly status: string;
  readonly number_of_nodes: number;
}

interface SearchData {
  readonly search: {
    readonly totalCount: number;
    readonly completeness: { readonly watermark: number };
    readonly edges: readonly { readonly message: { readonly id: string } }[];
  };
}

/** What became of searches. */
interface Searches {
  answered: number;
  readonly failed: Record<string, number>;
  /** Milliseconds. */
  longest: number;
}

describeWithElasticsearch(await findOwnElasticsearch(), 'a cluster of three nodes', () => {
  let own: ElasticsearchServers;
  let digest: string;
  const kind = elasticsearchAt(() => own.urls);

  beforeAll(async () => {
    own = await ElasticsearchServers.start({ nodes: NODES });
    const calm = new InterruptedImport(SQLITE);
    calm.begin();
    await calm.done();
    digest = await calm.digest();
    await calm.remove();
  }, MINUTES);
  afterAll(() => own.close(), MINUTES);

  async function health(): Promise<Health> {
    const answer = await fetch(`${own.urls[0]}/_cluster/health?wait_for_status=green&timeout=60s`);
    return (await answer.json()) as Health;
  }

  const appOn = (dataDir: string): Promise<RunningApp> =>
    RunningApp.start({ kind, dataDir, variables: { HOLDFAST_SEARCH_TIMEOUT_MS: String(SEARCH_LIMIT) } });

  /** Searches until it is told to stop: each answer has all that the watermark promises, or is a clear error, and comes in time. */
  async function keepSearching(app: RunningApp, isOver: () => boolean): Promise<Searches> {
    const searches: Searches = { answered: 0, failed: {}, longest: 0 };
    while (!isOver()) {
      const begun = performance.now();
      const { data, errors } = await app.graphql<SearchData>(SEARCH);
      searches.longest = Math.max(searches.longest, performance.now() - begun);
      if (errors === undefined) {
        searches.answered += 1;
        const { totalCount, edges, completeness } = data.search;
        // Behind the watermark totals may go up and down for a moment: the copies of a shard are refreshed one after the other.
        expect(totalCount).toBeGreaterThanOrEqual(Math.min(completeness.watermark, COUNT));
        expect(totalCount).toBeLessThanOrEqual(COUNT);
        expect(edges).toHaveLength(Math.min(5, totalCount));
      } else {
        const { code } = errors[0]!.extensions;
        expect(CLEAR_CODES).toContain(code);
        searches.failed[code] = (searches.failed[code] ?? 0) + 1;
      }
      await sleep(50);
    }
    expect(searches.longest).toBeLessThan(PATIENCE);
    return searches;
  }

  /** Imports while somebody searches; `fault` runs meanwhile. At the end all is whole. Returns what became of both. */
  async function importDuring(fault: (importing: InterruptedImport, app: RunningApp) => Promise<void>): Promise<string> {
    const importing = new InterruptedImport(kind);
    const app = await appOn(importing.holdfast.dataDir);
    let isOver = false;
    const searching = keepSearching(app, () => isOver);
    // Met below.
    searching.catch(() => {});
    try {
      importing.begin();
      await fault(importing, app);
      await importing.done();
    } finally {
      isOver = true;
      await searching.catch(() => {});
      await app.stop();
    }
    expect(await health()).toMatchObject({ status: 'green', number_of_nodes: NODES });
    expect(await importing.digest()).toBe(digest);
    await importing.expectOneOutcomeEach();
    await importing.remove();
    return `begun again: ${JSON.stringify(importing.failures)}, ${JSON.stringify(await searching)}`;
  }

  /** Waits until so many changes are committed. Throws why the import ended before, if it did. */
  async function reach(importing: InterruptedImport, changes: number): Promise<void> {
    await importing.reach(changes);
    if (importing.isRunning) return;
    await importing.done();
    throw new Error('the import was quicker');
  }

  it(
    'loses nothing when one is killed while an import runs: it goes on, and searches are right or fail clearly',
    async () => {
      for (let round = 0; round < kills; round++) {
        const victim = round % NODES;
        let phase: Phase | null = null;
        const outcome = await importDuring(async (importing) => {
          await reach(importing, random.between(1, 1.8 * COUNT));
          phase = await importing.phase();
          await own.servers[victim]!.kill();
          await sleep(random.between(0, 3_000));
          await own.servers[victim]!.start();
        });
        console.log(`node ${victim + 1} of ${NODES} killed ${String(phase)}; ${outcome}`);
      }
    },
    MINUTES,
  );

  it(
    'says clearly and soon that two of three are lost, and is whole when they are back',
    async () => {
      const outcome = await importDuring(async (importing, app) => {
        await reach(importing, random.between(1, 1.5 * COUNT));
        await Promise.all([own.servers[1]!.kill(), own.servers[2]!.kill()]);
        const begun = performance.now();
        expect(CLEAR_CODES).toContain((await app.failure(SEARCH)).code);
        expect(performance.now() - begun).toBeLessThan(PATIENCE);
        expect((await fetch(`${app.url}/health/ready`)).status).toBe(503);
        await Promise.all([own.servers[1]!.start('answering'), own.servers[2]!.start('answering')]);
      });
      console.log(`two of ${NODES} killed; ${outcome}`);
    },
    MINUTES,
  );
});
