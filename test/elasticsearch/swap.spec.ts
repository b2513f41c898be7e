import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ElasticsearchIndexWriter } from '../../src/engine/elasticsearch/elasticsearch-index-writer.js';
import type { PutItem } from '../../src/engine/index-writer.js';
import { describeWithElasticsearch } from '../support/elasticsearch/describe-with-elasticsearch.js';
import { sharedElasticsearch } from '../support/elasticsearch/shared-elasticsearch.js';
import { makeMessage } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { MessagesUnderTest, prepareAll, problemsOf } from './messages-under-test.js';

const shared = await sharedElasticsearch();
const STORED = 2_500;

describeWithElasticsearch(shared, 'reindexing on Elasticsearch', () => {
  let archive: MessagesUnderTest;
  let writer: ElasticsearchIndexWriter;
  beforeEach(async () => {
    archive = new MessagesUnderTest(shared, { shards: 2 });
    writer = await ElasticsearchIndexWriter.open(archive.settings, 'rules');
    await writer.put(Array.from({ length: STORED }, (_, index) => itemOf(`m${index}`)));
    await writer.refresh();
  });
  afterEach(async () => {
    await writer.close();
    await archive.remove();
  });

  it('loses nothing that is written meanwhile, and searches find every message all the time', async () => {
    const other = await ElasticsearchIndexWriter.open(archive.settings, 'rules');
    let isOver = false;
    const written = new Map<string, string>();
    const writing = (async () => {
      for (let round = 0; !isOver; round++) {
        const id = `new ${round}`;
        const changed = makeMessage(`m${round % STORED}`, { text: `改 ${round}` });
        for (;;) {
          const [stored] = await other.read([changed.id]);
          const results = await other.put([itemOf(id), { prepared: prepare(changed), expected: stored!.version }]);
          if (written.get(id) === undefined) expect(results[0]!.outcome).toBe('written');
          written.set(id, 'new');
          if (results[1]!.outcome === 'written') break;
        }
        written.set(changed.nativeId, changed.text ?? '');
      }
    })();
    let searches = 0;
    const searching = (async () => {
      for (; !isOver; searches++) {
        expect(await archive.count({ range: { sentAt: { gte: 0 } } })).toBeGreaterThanOrEqual(STORED);
      }
    })();
    const both = Promise.all([writing, searching]);
    const steps: { done: number; total: number }[] = [];
    for await (const step of writer.reindex(prepareAll)) {
      steps.push(step);
      // However busy the machine is, both meet a reindexing under way.
      while (Math.min(searches, written.size) <= 5) await Promise.race([sleep(10), both]);
    }
    isOver = true;
    await both;
    const ids = [...written.keys()].map((nativeId) => makeMessage(nativeId).id);
    const stored = await writer.read(ids);
    expect(stored.map((one) => one?.message.text)).toEqual([...written].map(([nativeId, text]) => (text === 'new' ? makeMessage(nativeId).text : text)));
    expect(await archive.indices()).toEqual([archive.names.physical(2)]);
    expect(await problemsOf(writer)).toEqual([]);
    expect(await archive.count()).toBe(STORED + [...written.values()].filter((text) => text === 'new').length);
    expect(steps.at(-1)!.done).toBe(steps.at(-1)!.total);
    await other.close();
  }, 60_000);

  it('goes on where it was stopped, even with the old index closed for writing', async () => {
    for await (const { done } of writer.reindex(prepareAll)) if (done >= 1_000) break;
    await archive.cluster.client.indices.addBlock({ index: archive.names.physical(1), block: 'write' });
    const waiting = await ElasticsearchIndexWriter.open(archive.settings, 'rules');
    const late = waiting.put([itemOf('late')]);
    await run(writer.reindex(prepareAll));
    expect((await late)[0]!.outcome).toBe('written');
    expect(await archive.indices()).toEqual([archive.names.physical(2)]);
    await waiting.refresh();
    expect(await archive.count()).toBe(STORED + 1);
    await waiting.close();
  }, 60_000);

  it('gives way to a reindexing that is begun meanwhile, and loses nothing that is written', async () => {
    const [other, importer] = [await ElasticsearchIndexWriter.open(archive.settings, 'rules'), await ElasticsearchIndexWriter.open(archive.settings, 'rules')];
    let isFrozen = (): void => {};
    let goOn = (): void => {};
    const frozen = new Promise<void>((resolve) => (isFrozen = resolve));
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    // A change while it copies, and one while it catches up: the last batch is prepared with the old index closed for writing.
    let batches = 0;
    const inTurn = async (batch: Parameters<typeof prepareAll>[0]): ReturnType<typeof prepareAll> => {
      const isSmall = batch.length < 100;
      if (batches++ === 0) await importer.put([itemOf('first')]);
      else if (isSmall && batch.some(({ message }) => message.nativeId === 'first')) await importer.put([itemOf('second')]);
      else if (isSmall) {
        isFrozen();
        await gate;
      }
      return prepareAll(batch);
    };
    const begun = run(writer.reindex(inTurn));
    begun.catch(() => {});
    await frozen;
    const takenOver = run(other.reindex(prepareAll));
    expect((await importer.put([itemOf('late')]))[0]!.outcome).toBe('written');
    goOn();
    await expect(begun).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    await takenOver;
    expect((await other.read([makeMessage('late').id]))[0]).not.toBeNull();
    expect(await archive.indices()).toEqual([archive.names.physical(2)]);
    await Promise.all([other.close(), importer.close()]);
  }, 120_000);

  it('makes an index of other text rules fit, and a writer of the old rules stops', async () => {
    const newer = await ElasticsearchIndexWriter.open(archive.settings, 'newer rules');
    await expect(newer.prepare()).rejects.toMatchObject({ code: 'INDEX_VERSION_MISMATCH' });
    await expect(newer.put([itemOf('x')])).rejects.toMatchObject({ code: 'INDEX_VERSION_MISMATCH' });
    const [first] = await writer.read([makeMessage('m0').id]);
    await run(newer.reindex(prepareAll));
    await newer.prepare();
    expect(await newer.put([{ prepared: prepare(makeMessage('m0')), expected: first!.version }])).toEqual([{ outcome: 'conflict' }]);
    await expect(writer.put([itemOf('y')])).rejects.toMatchObject({ code: 'INDEX_VERSION_MISMATCH' });
    expect(await problemsOf(newer)).toEqual([]);
    await newer.close();
  }, 60_000);
});

function itemOf(nativeId: string): PutItem {
  return { prepared: prepare(makeMessage(nativeId)), expected: null };
}

async function run(steps: AsyncIterable<unknown>): Promise<void> {
  for await (const step of steps) void step;
}
