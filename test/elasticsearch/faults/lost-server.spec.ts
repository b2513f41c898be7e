import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditLog } from '../../../src/audit/audit-log.js';
import { verifyAudit } from '../../../src/audit/verify-audit.js';
import { HoldfastError } from '../../../src/errors/errors.js';
import { elasticsearchAt, type OpenEngine } from '../../contract/engines.js';
import { makeChat } from '../../support/chat-messages.js';
import { describeWithElasticsearch, findOwnElasticsearch } from '../../support/elasticsearch/describe-with-elasticsearch.js';
import { ElasticsearchServers, type ElasticsearchServer } from '../../support/elasticsearch/elasticsearch-servers.js';
import { FixedClock } from '../../support/fixed-clock.js';
import { Random } from '../../support/random.js';
import { isFullRun, scaled } from '../../support/scale.js';
import { RunningApp } from '../../support/start-app.js';

const MINUTES = 1_200_000;
const STORED = 1_500;
const PAGE = 100;
/** Milliseconds: the search's own limit; and that of the audit, of the search and of its refusal, with some for a busy machine. */
const SEARCH_LIMIT = 3_000;
const PATIENCE = 2 * 12_000 + 4_000;
const CLEAR_CODES = ['ENGINE_UNAVAILABLE', 'ENGINE_BUSY', 'QUERY_TIMEOUT', 'AUDIT_UNAVAILABLE'];

const LOSSES = ['kill', 'stop', 'pause'] as const;
type Loss = (typeof LOSSES)[number];

const WALK = `query ($after: String) {
  search(input: { text: "付款", first: ${PAGE}, after: $after }) { totalCount pageInfo { hasNextPage endCursor } edges { message { id } } }
}`;

interface WalkData {
  readonly search: {
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly edges: readonly { readonly message: { readonly id: string } }[];
  };
}

describeWithElasticsearch(await findOwnElasticsearch(), 'a server that is lost', () => {
  let own: ElasticsearchServers;
  let server: ElasticsearchServer;
  let app: RunningApp;
  let archive: OpenEngine;
  const kind = elasticsearchAt(() => own.urls);
  const messages = makeChat(new Random(3), STORED);

  beforeAll(async () => {
    own = await ElasticsearchServers.start();
    server = own.servers[0]!;
    app = await RunningApp.start({ kind, messages, variables: { HOLDFAST_SEARCH_TIMEOUT_MS: String(SEARCH_LIMIT) } });
    archive = await kind.open(app.dataDir);
  }, MINUTES);
  afterAll(async () => {
    await archive.close();
    await app.stop();
    await own.close();
  }, MINUTES);

  const page = async (after: string | null): Promise<WalkData['search']> => (await app.data<WalkData>(WALK, { after })).search;

  /** All ids of a walk; `between` runs behind each page. */
  async function walk(between: (page: number) => Promise<void>): Promise<string[]> {
    const ids: string[] = [];
    let after: string | null = null;
    for (let number = 1; ; number++) {
      const { edges, pageInfo } = await page(after);
      ids.push(...edges.map(({ message }) => message.id));
      if (!pageInfo.hasNextPage) return ids;
      after = pageInfo.endCursor;
      await between(number);
    }
  }

  /** A search that must fail with a clear code, and soon; what it failed with. */
  async function failing(): Promise<string> {
    const begun = performance.now();
    const { errors: [error] = [] } = await app.graphql<WalkData>(WALK, { after: null });
    const took = performance.now() - begun;
    expect(CLEAR_CODES).toContain(error?.extensions.code);
    expect(error!.message).not.toMatch(/127\.0\.0\.1|:\d{4,5}/);
    expect(took).toBeLessThan(PATIENCE);
    return `${error!.extensions.code} after ${Math.round(took)} ms`;
  }

  it.each(isFullRun ? LOSSES : (['kill', 'pause'] as const))(
    'by a %s: searches fail clearly, and a walk goes on afterwards where it was',
    async (loss) => {
      const calm = await walk(async () => {});
      expect(calm).toHaveLength((await page(null)).totalCount);
      const ids = await walk(async (number) => {
        if (number !== 3) return;
        const cut = Promise.all(Array.from({ length: 8 }, () => app.graphql<WalkData>(WALK, { after: null })));
        await server[loss]();
        for (const { data, errors } of await cut) {
          if (errors === undefined) expect(data.search.totalCount).toBe(calm.length);
          else expect(CLEAR_CODES).toContain(errors[0]!.extensions.code);
        }
        console.log(`${loss}: ${await failing()}`);
        await (loss === 'pause' ? server.resume() : server.start());
      });
      expect(ids).toEqual(calm);
    },
    MINUTES,
  );

  /** Ends the server by some way for a while; while `working` goes on. */
  async function lose(loss: Loss, working: readonly Repeated[]): Promise<void> {
    const running = working.map((one) => one.run());
    // All of them are in full swing, however busy the machine is.
    for (const end = Date.now() + 60_000; working.some((one) => one.acknowledged === 0) && Date.now() < end; ) await sleep(50);
    await sleep(700);
    await server[loss]();
    await sleep(500);
    await (loss === 'pause' ? server.resume() : server.start());
    await sleep(500);
    for (const one of working) one.isOver = true;
    await Promise.all(running);
  }

  it(
    'while the catalog is written: what was acknowledged is there once, and the audit is whole',
    async () => {
      const { catalog } = archive;
      const log = new AuditLog(catalog, new FixedClock(Date.UTC(2100, 0, 1)));
      for (let round = 0; round < scaled(6); round++) {
        const [loss, prefix, counter] = [LOSSES[round % LOSSES.length]!, `lost-${round}-`, `counter-${round}`];
        await catalog.create('import-run', counter, 0);
        const { events: before } = await verifyAudit(catalog);
        const created: string[] = [];
        const creating = new Repeated(async (number) => {
          const id = prefix + String(number).padStart(6, '0');
          // Whatever was lost on the way: nobody else takes this id.
          expect((await catalog.create('import-run', id, { id }))?.value).toEqual({ id });
          created.push(id);
          return true;
        });
        const add = async (): Promise<boolean> => {
          const known = (await catalog.get<number>('import-run', counter))!;
          return (await catalog.replace('import-run', counter, known.version, known.value + 1)) !== null;
        };
        const [adding, rival] = [new Repeated(add), new Repeated(add)];
        const auditing = new Repeated(async () => {
          await log.append({ kind: 'message_opened', viewer: 'tester', messageId: 'm' });
          return true;
        });
        const working = [creating, adding, rival, auditing];
        await lose(loss, working);

        const listed = await catalog.list('import-run', { first: 100_000, after: prefix });
        const stored = listed.map(({ id }) => id).filter((id) => id.startsWith(prefix));
        expect(created.filter((id) => !stored.includes(id))).toEqual([]);
        expect(new Set(stored).size).toBe(stored.length);
        const { value: counted } = (await catalog.get<number>('import-run', counter))!;
        expect(counted).toBeGreaterThanOrEqual(adding.acknowledged + rival.acknowledged);
        expect(counted).toBeLessThanOrEqual(adding.tried + rival.tried);
        const { events, problems } = await verifyAudit(catalog);
        expect(problems).toEqual([]);
        expect(events - before).toBeGreaterThanOrEqual(auditing.acknowledged);
        expect(events - before).toBeLessThanOrEqual(auditing.tried);
        expect(Math.min(...working.map(({ acknowledged }) => acknowledged))).toBeGreaterThan(0);
        const [shown, longest] = [
          working.map((one) => `${one.acknowledged} of ${one.tried}`),
          Math.max(...working.map((one) => one.longest)),
        ];
        console.log(
          `${loss}: acknowledged ${shown.join(', ')}; there: ${stored.length}, ${counted}, ${events - before}; longest ${Math.round(longest)} ms`,
        );
      }
    },
    MINUTES,
  );
});

/** An act that is done again and again until it is told to stop; it may fail, if it says clearly why, and soon. */
class Repeated {
  isOver = false;
  /** Those that came to their end, and those that perhaps did. */
  acknowledged = 0;
  tried = 0;
  /** Milliseconds. */
  longest = 0;

  /** `act` gets its number, and tells whether it was carried out: another may have been quicker. */
  constructor(private readonly act: (number: number) => Promise<boolean>) {}

  async run(): Promise<void> {
    for (let number = 1; !this.isOver; number++) {
      const begun = performance.now();
      try {
        const isDone = await this.act(number);
        this.acknowledged += Number(isDone);
        this.tried += Number(isDone);
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        expect(CLEAR_CODES).toContain(error.code);
        this.tried += 1;
        await sleep(50);
      }
      this.longest = Math.max(this.longest, performance.now() - begun);
    }
    expect(this.longest).toBeLessThan(PATIENCE);
  }
}
