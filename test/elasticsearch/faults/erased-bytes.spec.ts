import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexEraser, RemovalState } from '../../../src/engine/index-eraser.js';
import type { Message } from '../../../src/domain/message.js';
import { encodeDocument } from '../../../src/engine/document-codec.js';
import { ArchiveUnderTest, SCOPE, request } from '../../contract/archive-under-test.js';
import { elasticsearchAt } from '../../contract/engines.js';
import { describeWithElasticsearch, findOwnElasticsearch } from '../../support/elasticsearch/describe-with-elasticsearch.js';
import { ElasticsearchServers } from '../../support/elasticsearch/elasticsearch-servers.js';
import { makeMessage } from '../../support/make-message.js';
import { literal } from '../../support/query-nodes.js';

const MINUTES = 300_000;
const COUNT = 600;
/** Found as it is in the folded text, which is stored as a JSON string, and, in another form, in no other text. */
const MARK = 'qzjvxkwpybfhgmtdlrcnzqvjwkx';
/** In one text only. Its term stands in the dictionary of the index but for what it shares with the term before. */
const RARE = '\u{2B81D}';

describeWithElasticsearch(await findOwnElasticsearch(), 'the bytes of destroyed messages on Elasticsearch', () => {
  let own: ElasticsearchServers;
  let archive: ArchiveUnderTest;
  let eraser: IndexEraser;
  const destroyed = makeMessage('gone', { text: `${MARK} ${RARE} 绝密付款` });

  beforeAll(async () => {
    own = await ElasticsearchServers.start();
    const kind = elasticsearchAt(() => own.urls);
    archive = await ArchiveUnderTest.create(kind);
    eraser = await kind.openEraser(archive.directory);
  }, MINUTES);
  afterAll(async () => {
    await eraser.close();
    await archive.remove();
    await own.close();
  }, MINUTES);

  /** What a search for bytes finds in all files of the server's indices: text, stored document, term. */
  function found(document: string): Record<string, boolean> {
    const bytes = filesOf(join(own.servers[0]!.dataFolder, 'indices'));
    return { text: bytes.includes(MARK), document: bytes.includes(document), term: bytes.includes(Buffer.from(RARE).subarray(1)) };
  }

  it(
    'are in its files until they are removed, and then in none, whoever read them meanwhile',
    async () => {
      const messages = Array.from({ length: COUNT }, (_, index) => makeMessage(`kept-${index}`, { text: `付款 ${index}` }));
      await archive.store([...messages.slice(0, 300), destroyed, ...messages.slice(300)]);
      await flush();
      const [stored] = await archive.engine.get(SCOPE, [destroyed.id]);
      const document = pieceOf(destroyed);
      expect(found(document)).toEqual({ text: true, document: true, term: true });
      const scan = archive.engine.scan(SCOPE, request().query, 'newest')[Symbol.asyncIterator]();
      await scan.next();
      expect(await eraser.erase([{ id: destroyed.id, version: stored!.version }], 'batch')).toMatchObject([{ outcome: 'erased' }]);
      await eraser.refresh();
      expect((await archive.search({ text: literal(MARK) })).total).toBe(0);
      await flush();
      expect(found(document)).toEqual({ text: true, document: true, term: true });
      const states = await until(eraser.remove(null), ({ done, left }) => done === 'rewritten' && left > 0);
      // The scan reads an older state; it is waited for.
      expect(steps(states)).toEqual(['hidden', 'flushed', 'released', 'rewritten']);
      expect(found(document)).toMatchObject({ text: true });
      await scan.return!(undefined);
      const others = await until(eraser.remove(states.at(-1)!), () => false);
      expect(others.at(-1)).toMatchObject({ done: 'removed', left: 0 });
      expect(found(document)).toEqual({ text: false, document: false, term: false });
      expect((await archive.search({ first: 0 })).total).toBe(COUNT);
      expect(await archive.writer.readStubs([destroyed.id])).toMatchObject([{ disposals: ['batch'] }]);
    },
    MINUTES,
  );

  it(
    'are not said to be removed while messages are replaced',
    async () => {
      const messages = Array.from({ length: 10 }, (_, index) => makeMessage(`replaced-${index}`, { text: '甲' }));
      const [one, two] = messages as [Message, Message];
      await archive.store(messages);
      const [stored] = await archive.engine.get(SCOPE, [one.id]);
      await eraser.erase([{ id: one.id, version: stored!.version }], 'batch');
      const states = await until(eraser.remove(null), ({ done }) => done === 'rewritten');
      await archive.replace({ ...two, text: '丙' });
      let last = states.at(-1)!;
      const going = async (): Promise<void> => {
        for await (const state of eraser.remove(last)) last = state;
      };
      await expect(going()).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
      expect(last.done).toBeNull();
      await going();
      expect(last.done).toBe('removed');
    },
    MINUTES,
  );

  it(
    'are taken from segments that the cluster left out when it was told to rewrite them',
    async () => {
      const messages = Array.from({ length: 10 }, (_, index) => makeMessage(`left-out-${index}`, { text: '甲' }));
      const one = messages[0]!;
      await archive.store(messages);
      const [stored] = await archive.engine.get(SCOPE, [one.id]);
      await eraser.erase([{ id: one.id, version: stored!.version }], 'batch');
      // As it leaves out those that it merges by itself.
      await leaveOut('100');
      let last: RemovalState | null = null;
      for await (last of eraser.remove(null)) {
        if (last.done === 'released' && last.left > 0 && !(await isRewriting())) await leaveOut('0');
      }
      expect(last).toMatchObject({ done: 'removed', left: 0 });
    },
    MINUTES,
  );

  /** Lets the cluster leave out segments with no more than so many erased documents, in per cent. */
  async function leaveOut(percentage: string): Promise<void> {
    const body = JSON.stringify({ 'index.merge.policy.expunge_deletes_allowed': percentage });
    const answer = await fetch(`${own.urls[0]}/*-messages-*/_settings`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(200);
  }

  async function isRewriting(): Promise<boolean> {
    const { nodes } = (await (await fetch(`${own.urls[0]}/_tasks?actions=*forcemerge*`)).json()) as { readonly nodes: object };
    return Object.keys(nodes).length > 0;
  }

  async function flush(): Promise<void> {
    await fetch(`${own.urls[0]}/_flush?force=true`, { method: 'POST' });
  }
});

/** Part of the stored document as the cluster keeps it, in base64: what the mark alone makes of it. */
function pieceOf(message: Message): string {
  const document = Buffer.from(encodeDocument({ message, raws: [] }));
  const start = Math.ceil(document.indexOf(MARK) / 3) * 3;
  return document.subarray(start, start + 21).toString('base64');
}

async function until(removal: AsyncIterable<RemovalState>, isEnough: (state: RemovalState) => boolean): Promise<RemovalState[]> {
  const states: RemovalState[] = [];
  for await (const state of removal) {
    states.push(state);
    if (isEnough(state)) break;
  }
  return states;
}

/** Each step once. */
function steps(states: readonly RemovalState[]): unknown[] {
  return [...new Set(states.map(({ done }) => done))];
}

function filesOf(directory: string): Buffer {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return Buffer.concat(
    names
      .map((name) => join(directory, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path)),
  );
}
