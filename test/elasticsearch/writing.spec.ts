import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { decodeDocument } from '../../src/engine/document-codec.js';
import { ElasticsearchIndexWriter } from '../../src/engine/elasticsearch/elasticsearch-index-writer.js';
import { readWatermark } from '../../src/engine/elasticsearch/watermark.js';
import type { PutResult } from '../../src/engine/index-writer.js';
import { HOSTILE_TEXTS } from '../support/hostile-texts.js';
import { describeWithElasticsearch } from '../support/elasticsearch/describe-with-elasticsearch.js';
import { sharedElasticsearch } from '../support/elasticsearch/shared-elasticsearch.js';
import { makeAttachment, makeMessage } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { MessagesUnderTest, problemsOf } from './messages-under-test.js';

const shared = await sharedElasticsearch();
const GRAMS = ['clean', 'names', 'attachments', 'digits', 'words'] as const;
/** Lucene takes no term of more bytes. */
const LONGEST_TERM = 32_766;

describeWithElasticsearch(shared, 'writing messages to Elasticsearch', () => {
  let archive: MessagesUnderTest;
  let writer: ElasticsearchIndexWriter;
  let proxy: LosingProxy | null = null;
  beforeEach(async () => {
    archive = new MessagesUnderTest(shared);
    writer = await ElasticsearchIndexWriter.open(archive.settings, 'rules');
  });
  afterEach(async () => {
    await proxy?.close();
    proxy = null;
    await writer.close();
    await archive.remove();
  });

  const outcomes = (results: readonly PutResult[]): string[] => results.map(({ outcome }) => outcome);

  it('takes 999 of 1,000 messages when one cannot be indexed, and says what is wrong without its content', async () => {
    const messages = Array.from({ length: 1_000 }, (_, index) =>
      makeMessage(`m${index}`, { conversationId: index === 613 ? 'x'.repeat(LONGEST_TERM + 1) : index === 614 ? 'x'.repeat(LONGEST_TERM) : 'c' }),
    );
    const results = await writer.put(messages.map((message) => ({ prepared: prepare(message), expected: null })));
    expect(results.flatMap(({ outcome }, index) => (outcome === 'written' ? [] : [[index, outcome]]))).toEqual([[613, 'refused']]);
    const refused = results[613] as Extract<PutResult, { outcome: 'refused' }>;
    expect(refused.problem).toContain('32,766 bytes');
    expect(refused.problem).not.toContain('xx');
    await writer.refresh();
    expect(await archive.count()).toBe(999);
  });

  it('keeps hostile texts byte for byte, and verifies them', async () => {
    const messages = HOSTILE_TEXTS.map((text, index) =>
      makeMessage(`m${index}`, { text, senderName: text, attachments: [makeAttachment(`${text}.pdf`)], sentAt: index % 3 === 0 ? null : -index }),
    );
    const results = await writer.put(messages.map((message) => ({ prepared: prepare(message), expected: null })));
    expect(new Set(outcomes(results))).toEqual(new Set(['written']));
    await writer.refresh();
    const stored = await writer.readDocuments(messages.map(({ id }) => id));
    expect(stored.map((bytes) => decodeDocument(bytes!).message)).toEqual(messages);
    const other = await ElasticsearchIndexWriter.open(archive.settings, 'rules');
    expect(await problemsOf(other)).toEqual([]);
    await other.close();
  });

  it('notices in a verification what is missing or wrong', async () => {
    const messages = ['合同已寄出', '明天开会', '收到，谢谢', '价格再谈谈', '先这样吧'].map((text, index) => makeMessage(`m${index}`, { text }));
    await writer.put(messages.map((message) => ({ prepared: prepare(message), expected: null })));
    const index = archive.names.physical(1);
    const spoil = async (place: number, change: (source: Record<string, unknown>) => void): Promise<void> => {
      const id = messages[place]!.id;
      const { _source: source } = await archive.cluster.client.get<Record<string, unknown>>({ index, id });
      const prepared = prepare(messages[place]!);
      const grams = GRAMS.map((name) => [name, prepared.text(name)]).filter(([, text]) => text !== '');
      const document: Record<string, unknown> = { ...source, ...(Object.fromEntries(grams) as Record<string, string>) };
      change(document);
      await archive.cluster.client.index({ index, id, document });
    };
    await spoil(0, (document) => delete document['clean']);
    await spoil(1, (document) => (document['foldedBody'] = '明天'));
    await spoil(2, (document) => (document['kind'] = 'file'));
    await spoil(3, (document) => (document['document'] = 'AAAA'));
    const problems = await problemsOf(writer);
    expect(problems.map(({ id, problem }) => [messages.findIndex((message) => message.id === id), problem]).sort()).toEqual([
      [0, 'the index does not hold the grams of the message'],
      [1, 'the stored folded text is not that of the message'],
      [2, 'the index has another kind'],
      [3, 'the document cannot be read'],
    ]);
  });

  it('counts each message once when two writers race for the same thousands', async () => {
    const other = await ElasticsearchIndexWriter.open(archive.settings, 'rules');
    const items = Array.from({ length: 3_000 }, (_, index) => makeMessage(`m${index}`)).map((message) => ({ prepared: prepare(message), expected: null }));
    const [one, two] = await Promise.all([writer.put(items), other.put([...items].reverse())]);
    const written = items.map((_, index) => [one[index]!.outcome, two[items.length - 1 - index]!.outcome].filter((outcome) => outcome === 'written'));
    expect(written.every(({ length }) => length === 1)).toBe(true);
    await other.close();
  });

  it('raises the watermark by what became visible, whoever wrote it', async () => {
    const other = await ElasticsearchIndexWriter.open(archive.settings, 'rules');
    await Promise.all(
      [writer, other].map(async (each, place) => {
        for (let round = 0; round < 10; round++) {
          await each.put([{ prepared: prepare(makeMessage(`${place} ${round}`)), expected: null }]);
          await each.refresh();
        }
      }),
    );
    await other.close();
    expect(await readWatermark(archive.cluster, archive.names)).toBe(20);
  });

  it('says of each message what became of it although answers are lost on the way', async () => {
    proxy = await LosingProxy.open(archive.settings.urls[0]!);
    const lossy = await ElasticsearchIndexWriter.open({ ...archive.settings, urls: [proxy.url] }, 'rules');
    const items = Array.from({ length: 2_500 }, (_, index) => ({ prepared: prepare(makeMessage(`m${index}`)), expected: null }));
    await writer.put(items.slice(0, 10));
    proxy.loseAnswers(3);
    const created = await lossy.put(items);
    expect(outcomes(created)).toEqual(items.map((_, index) => (index < 10 ? 'conflict' : 'written')));
    const stored = await writer.read(items.map(({ prepared }) => prepared.id));
    expect(created.slice(10).map((result) => result.outcome === 'written' && result.version)).toEqual(stored.slice(10).map((one) => one!.version));
    proxy.loseAnswers(2);
    const again = items.slice(0, 20).map(({ prepared }, index) => ({ prepared, expected: index === 3 ? stored[4]!.version : stored[index]!.version }));
    expect(outcomes(await lossy.put(again))).toEqual(again.map((_, index) => (index === 3 ? 'conflict' : 'written')));
    expect(proxy.lost).toBe(5);
    await lossy.close();
  }, 30_000);

  it('makes no index for a write that comes late', async () => {
    const items = [{ prepared: prepare(makeMessage('late')), expected: null }];
    await archive.cluster.client.indices.delete({ index: archive.names.physical(1) });
    const late = writer.put(items);
    const remade = ElasticsearchIndexWriter.open(archive.settings, 'rules');
    expect(outcomes(await late)).toEqual(['written']);
    await (await remade).close();
    expect(await archive.indices()).toEqual([archive.names.physical(1)]);
    expect(await writer.read(items.map(({ prepared }) => prepared.id))).toHaveLength(1);
  });
});

/** Passes requests on and, when told to, breaks connections in the place of answers to bulk requests. */
class LosingProxy {
  lost = 0;
  private toLose = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(target: string): Promise<LosingProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new LosingProxy(server, `http://127.0.0.1:${(server.address() as { port: number }).port}`);
    server.on('connection', (near) => proxy.pass(near, connect(Number(port), hostname)));
    return proxy;
  }

  loseAnswers(count: number): void {
    this.toLose = count;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(near: Socket, far: Socket): void {
    let isBulk = false;
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => [near, far].forEach((each) => each.destroy()));
    }
    near.on('data', (data) => {
      const [line] = data.toString('latin1', 0, 2_000).split('\r\n');
      if (/ HTTP\/1\.1$/.test(line!)) isBulk = line!.includes('/_bulk');
      far.write(data);
    });
    far.on('data', (data) => {
      if (!isBulk || this.toLose === 0) return near.write(data);
      this.toLose--;
      this.lost++;
      return near.destroy();
    });
  }
}
