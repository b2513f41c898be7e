import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { elasticsearchAt, SQLITE } from '../../contract/engines.js';
import { describeWithElasticsearch, findOwnElasticsearch } from '../../support/elasticsearch/describe-with-elasticsearch.js';
import { ElasticsearchServers } from '../../support/elasticsearch/elasticsearch-servers.js';
import { aimAt, PHASES, type Phase } from '../../support/import-phases.js';
import { PhaseCounter } from '../../support/phase-counter.js';
import { Random } from '../../support/random.js';
import { scaled } from '../../support/scale.js';
import { InterruptedImport } from './interrupted-import.js';

const MINUTES = 2_400_000;
/** Kills in each phase: 16 in the full run. */
const TIMES = scaled(4);
const ROUNDS = 6 * TIMES;
const random = new Random(12);

describeWithElasticsearch(await findOwnElasticsearch(), 'a server killed with kill -9 while an import runs', () => {
  let own: ElasticsearchServers;
  const kind = elasticsearchAt(() => own.urls);
  const imports: InterruptedImport[] = [];
  const start = (on: typeof kind): InterruptedImport => {
    const started = new InterruptedImport(on);
    imports.push(started);
    return started;
  };

  beforeAll(async () => {
    own = await ElasticsearchServers.start();
  }, MINUTES);
  afterAll(async () => {
    await Promise.all(imports.map((one) => one.remove()));
    await own.close();
  }, MINUTES);

  /** Kills the server as soon as the import has committed so many changes, and starts it again; null when the import was quicker. */
  async function kill(importing: InterruptedImport, changes: number): Promise<Phase | null> {
    if (!importing.isRunning) importing.begin();
    await (changes === 0 ? sleep(random.between(100, 1_000)) : importing.reach(changes));
    const wasRunning = importing.isRunning;
    await own.servers[0]!.kill();
    await own.servers[0]!.start();
    return wasRunning ? importing.phase() : null;
  }

  it(
    'leaves the archive that SQLite makes of the same files',
    async () => {
      const calm = start(SQLITE);
      calm.begin();
      await calm.done();
      const digest = await calm.digest();
      const failures: Record<string, number> = {};
      // A kill may land in the phase before the one it is aimed at: what was not acknowledged can be gone with the server.
      const hit = new PhaseCounter(PHASES, TIMES);
      for (let round = 0; hit.missing.length > 0 && round < ROUNDS; round++) {
        const importing = start(kind);
        for (const aim of hit.missing) {
          const phase = await kill(importing, aimAt(aim, random));
          if (phase !== null) hit.add(phase);
        }
        await importing.done();
        expect(await importing.digest()).toBe(digest);
        await importing.expectOneOutcomeEach();
        for (const failure of importing.failures) failures[failure] = (failures[failure] ?? 0) + 1;
        await importing.remove();
      }
      console.log(`the server, ${hit.summary}; imports that had to be begun again: ${JSON.stringify(failures)}`);
      expect(hit.missing).toEqual([]);
    },
    MINUTES,
  );
});
