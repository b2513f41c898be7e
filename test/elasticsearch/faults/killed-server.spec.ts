import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { elasticsearchAt, SQLITE } from '../../contract/engines.js';
import { describeWithElasticsearch, findOwnElasticsearch } from '../../support/elasticsearch/describe-with-elasticsearch.js';
import { ElasticsearchServers } from '../../support/elasticsearch/elasticsearch-servers.js';
import { Random } from '../../support/random.js';
import { scaled } from '../../support/scale.js';
import { COUNT, InterruptedImport, PHASES, type Phase } from './interrupted-import.js';

const MINUTES = 2_400_000;
const kills = Math.max(PHASES.length, scaled(15));
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
      const seen: Record<string, number> = {};
      const failures: Record<string, number> = {};
      let done = 0;
      // Which phase a kill hit is known behind it: what was written, but not acknowledged, may be gone with the server.
      const isSpread = (): boolean => PHASES.every((phase) => (seen[phase] ?? 0) >= done / 5);
      while (done < kills || (!isSpread() && done < 3 * kills)) {
        const importing = start(kind);
        for (const changes of [0, random.between(1, COUNT / 2), random.between(COUNT + 1, 1.5 * COUNT), 2 * COUNT]) {
          const phase = await kill(importing, changes);
          if (phase === null) continue;
          seen[phase] = (seen[phase] ?? 0) + 1;
          done += 1;
        }
        await importing.done();
        expect(await importing.digest()).toBe(digest);
        await importing.expectOneOutcomeEach();
        for (const failure of importing.failures) failures[failure] = (failures[failure] ?? 0) + 1;
        await importing.remove();
      }
      console.log(`${done} kills of the server: ${JSON.stringify(seen)}; imports that had to be begun again: ${JSON.stringify(failures)}`);
      expect(isSpread()).toBe(true);
    },
    MINUTES,
  );
});
