import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { elasticsearchAt } from '../../contract/engines.js';
import { describeWithElasticsearch, findOwnElasticsearch } from '../../support/elasticsearch/describe-with-elasticsearch.js';
import { prefixOf } from '../../support/elasticsearch/elasticsearch-archive.js';
import { ElasticsearchServers } from '../../support/elasticsearch/elasticsearch-servers.js';
import { HoldfastCommand } from '../../support/holdfast-command.js';
import { PhaseCounter } from '../../support/phase-counter.js';
import { scaled } from '../../support/scale.js';

const MINUTES = 1_200_000;
const COUNT = 6_000;
/** Where a reindexing is, by what stands in the cluster. */
const STEPS = ['before the copy', 'while copying', 'while the old index takes no writes', 'after the switch'] as const;
type Step = (typeof STEPS)[number];
/** Where kills are aimed, and how often each shall be hit: 12 kills in the full run. */
const AIMS = STEPS.slice(1);
const TIMES = scaled(4);
const ROUNDS = 6 * AIMS.length * TIMES;

interface IndexState {
  readonly aliases: Readonly<Record<string, object>>;
  readonly settings: { readonly index: { readonly blocks?: { readonly write?: string } } };
}

describeWithElasticsearch(await findOwnElasticsearch(), 'a server killed with kill -9 while its index is replaced', () => {
  let own: ElasticsearchServers;
  let holdfast: HoldfastCommand;
  let alias: string;
  const kind = elasticsearchAt(() => own.urls);

  beforeAll(async () => {
    own = await ElasticsearchServers.start();
    holdfast = new HoldfastCommand(kind);
    alias = `${prefixOf(holdfast.dataDir)}-messages`;
  }, MINUTES);
  afterAll(async () => {
    await holdfast.remove();
    await own.close();
  }, MINUTES);

  const states = async (): Promise<[string, IndexState][]> => {
    const answer = await fetch(`${own.urls[0]}/${alias}-*?features=aliases,settings`);
    return Object.entries((await answer.json()) as Record<string, IndexState>).sort(([one], [other]) => (one < other ? -1 : 1));
  };
  /** Index in `STEPS`. */
  const step = (found: readonly [string, IndexState][]): number => {
    const [old, copy] = found;
    if (copy === undefined) return 0;
    if (copy[1].aliases[alias] !== undefined) return 3;
    return old![1].settings.index.blocks?.write === 'true' ? 2 : 1;
  };
  const verified = async (): Promise<unknown> => JSON.parse(await succeed('verify', '--json'));
  const found = async (): Promise<unknown> => (JSON.parse(await succeed('search', '付款', '--json')) as { totalCount: number }).totalCount;

  /** Runs a command that must succeed. */
  async function succeed(...words: string[]): Promise<string> {
    const { code, out, err } = await holdfast.run(words);
    if (code !== 0) throw new Error(`holdfast ${words.join(' ')} ended with ${code}: ${err}`);
    return out;
  }

  /** Reindexes and kills the server as soon as that is so far. The step that it was at; null when the reindexing was quicker. */
  async function kill(aim: Step): Promise<Step | null> {
    let isOver = false;
    const reindexing = holdfast.run(['reindex']).finally(() => (isOver = true));
    while (!isOver && step(await states()) < STEPS.indexOf(aim)) await sleep(1);
    await own.servers[0]!.kill();
    const { code, err } = await reindexing;
    if (code !== 0)
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/^(\d+ of .*\n)*(ENGINE_UNAVAILABLE|ENGINE_WRITE_BLOCKED|QUERY_TIMEOUT): [^\n]+\n$/),
      ]);
    await own.servers[0]!.start();
    return code === 0 ? null : STEPS[step(await states())]!;
  }

  it(
    'leaves one whole index, old or new, and a repeated reindexing comes to its end',
    async () => {
      const file = join(holdfast.directory, 'chat.jsonl');
      const line = (id: number): string =>
        JSON.stringify({ id: `m${id}`, conversationId: 'c', senderId: 'li', sentAt: 1_772_413_200_000 + id, text: `付款 ${id}` });
      writeFileSync(file, Array.from({ length: COUNT }, (_, id) => `${line(id)}\n`).join(''));
      await succeed('import', file);
      const { digest } = (await verified()) as { digest: string };
      const hit = new PhaseCounter(AIMS, TIMES);
      for (let round = 0; hit.missing.length > 0 && round < ROUNDS; round++) {
        const at = await kill(hit.missing[round % hit.missing.length]!);
        if (at !== null) hit.add(at);
        const standing = await states();
        expect(standing.filter(([, { aliases }]) => aliases[alias] !== undefined)).toHaveLength(1);
        expect(await found()).toBe(COUNT);
        await succeed('reindex');
        const [[, left], ...others] = (await states()) as [[string, IndexState], ...unknown[]];
        expect(others).toEqual([]);
        expect(left.settings.index.blocks?.write).toBeUndefined();
      }
      expect(await found()).toBe(COUNT);
      expect(await verified()).toMatchObject({ digest, index: { problems: [] }, audit: { problems: [] } });
      expect(await succeed('import', file)).toContain(`${COUNT} duplicate`);
      console.log(`the server during a reindexing, ${hit.summary}`);
      expect(hit.missing).toEqual([]);
    },
    MINUTES,
  );
});
