import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Message } from '../../src/domain/message.js';
import type { IndexEraser } from '../../src/engine/index-eraser.js';
import type { VersionedMessage } from '../../src/engine/search-engine.js';
import { readStanding, touch as touchStanding, type Standing } from '../../src/engine/standing.js';
import { RefuseDestroyed } from '../../src/holds/refuse-destroyed.js';
import { RegisterStore } from '../../src/holds/register-store.js';
import { storeBatch } from '../../src/ingest/store-batch.js';
import { BatchEnricher, type FileContext } from '../../src/ingest/enrich-batch.js';
import { NO_AGGREGATION } from '../../src/query/aggregation.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { makeAttachment, makeMessage } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { literal, terms } from '../support/query-nodes.js';
import { ArchiveUnderTest, nativeIds, request, SCOPE } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const BATCH = 'batch-1';
const context = { importRunId: 'run-2', file: 'again.jsonl' } as FileContext;
const enricher = new BatchEnricher(() => Promise.reject(new Error('no message has media')));
const analyze = async (batch: readonly VersionedMessage[]) => batch.map(({ message, raws }) => prepare(message, raws));

/** Kept and destroyed messages that share everything that can be counted, and have much of their own. */
function chat(): { readonly kept: Message[]; readonly destroyed: Message[] } {
  const of = (nativeId: string, index: number, more: object = {}): Message =>
    makeMessage(nativeId, {
      text: `付款 ${nativeId} 王小明 ${index}`,
      senderId: `sender-${index % 3}`,
      senderName: `名 ${nativeId}`,
      conversationId: `room-${index % 2}`,
      conversationName: `室 ${nativeId}`,
      custodianIds: [`custodian-${index % 4}`],
      sentAt: index % 5 === 0 ? null : Date.UTC(2026, index % 12, 1 + index),
      attachments: index % 3 === 0 ? [makeAttachment(`附件${nativeId}.pdf`)] : [],
      ...more,
    });
  return {
    kept: Array.from({ length: 12 }, (_, index) => of(`kept-${index}`, index)),
    destroyed: Array.from({ length: 9 }, (_, index) =>
      of(`gone-${index}`, index, { sentAt: index === 0 ? null : Date.UTC(2026, 11, 20 + index), custodianIds: ['only', 'custodian-1'], senderId: 'only' }),
    ),
  };
}

onEveryEngine('erasing on $name', (kind) => {
  let archive: ArchiveUnderTest;
  let eraser: IndexEraser;
  let registers: RegisterStore;
  beforeEach(async () => {
    registers = new RegisterStore(new MemoryCatalogStore());
    archive = await ArchiveUnderTest.create(kind);
    eraser = await kind.openEraser(archive.directory);
  });
  afterEach(async () => {
    await eraser.close();
    await archive.remove();
  });

  async function versionOf({ id }: Message): Promise<string> {
    const [standing] = await read([id]);
    if (standing?.kind === 'message') return standing.message.version;
    return standing?.kind === 'stub' ? standing.stub.version : '';
  }

  async function erase(messages: readonly Message[], batch = BATCH): Promise<string[]> {
    const items = await Promise.all(messages.map(async (message) => ({ id: message.id, version: await versionOf(message) })));
    const results = await eraser.erase(items, batch);
    await eraser.refresh();
    return results.map(({ outcome }) => outcome);
  }

  function importAgain(messages: readonly Message[]): Promise<readonly unknown[]> {
    const arriving = messages.map((message) => prepare(message));
    const destroyed = new RefuseDestroyed(registers, archive.writer, { append: async () => {} }, 'tester');
    return storeBatch(arriving, context, archive.writer, (encounters) => enricher.merge(encounters, context), destroyed);
  }

  async function reopened(): Promise<IndexEraser> {
    await eraser.close();
    return kind.openEraser(archive.directory);
  }

  const read = (ids: readonly string[]) => readStanding(archive.writer, ids);
  const touch = (standing: readonly Standing[]) => touchStanding(archive.writer, standing, analyze);

  it('leaves an archive that answers as if the messages had never been', async () => {
    const { kept, destroyed } = chat();
    const never = await ArchiveUnderTest.create(kind, kept);
    try {
      await archive.store([...destroyed.slice(0, 4), ...kept, ...destroyed.slice(4)]);
      // Search processes know the messages before they go.
      expect((await archive.search()).total).toBe(21);
      expect(await erase(destroyed)).toEqual(destroyed.map(() => 'erased'));
      for (const again of [false, true]) {
        if (again) await archive.reopen();
        expect(await answersOf(archive, destroyed)).toEqual(await answersOf(never, destroyed));
      }
      expect(await verification(archive)).toEqual({ messages: kept.length, problems: [] });
    } finally {
      await never.remove();
    }
  }, 60_000);

  it('erases what stands at the version, and nothing else', async () => {
    const [one, two, three] = ['1', '2', '3'].map((nativeId) => makeMessage(nativeId)) as [Message, Message, Message];
    const [first, second] = await archive.store([one, two]);
    const versions = [first, second].map((result) => (result!.outcome === 'written' ? result!.version : ''));
    await archive.replace(two);
    const items = [
      { id: one.id, version: versions[0]! }, { id: two.id, version: versions[1]! }, { id: three.id, version: versions[0]! },
      { id: two.id, version: 'none' }, { id: one.id, version: versions[0]! },
    ];
    const results = await eraser.erase(items, BATCH);
    expect(results.map(({ outcome }) => outcome)).toEqual(['erased', 'conflict', 'conflict', 'conflict', 'conflict']);
    const [standing, other] = await read([one.id, two.id]);
    expect(standing).toMatchObject({ kind: 'stub', stub: { disposals: [BATCH], version: (results[0] as { version: string }).version } });
    expect(other!.kind).toBe('message');
    // Not at the version of the stub either: nothing is left to destroy.
    expect(await erase([one], 'batch-2')).toEqual(['conflict']);
    expect(await read([one.id])).toEqual([standing]);
    expect(await archive.writer.put([{ prepared: prepare(one), expected: null }, { prepared: prepare(one), expected: versions[0]! }])).toEqual([
      { outcome: 'conflict' }, { outcome: 'conflict' },
    ]);
  });

  it('refuses a destroyed message that is imported again, and takes the others', async () => {
    const [gone, known, fresh] = ['gone', 'known', 'fresh'].map((nativeId) => makeMessage(nativeId)) as [Message, Message, Message];
    await archive.store([gone, known]);
    await erase([gone]);
    expect(await importAgain([gone, known, fresh, gone])).toEqual(['disposed', 'duplicate', 'new', 'disposed']);
    await archive.reopen();
    expect(await importAgain([gone])).toEqual(['disposed']);
    await archive.writer.refresh();
    expect(nativeIds((await archive.search()).hits).sort()).toEqual(['fresh', 'known']);
  });

  it('takes it back under a hold, and keeps who destroyed it through every write', async () => {
    const [gone, other] = ['gone', 'other'].map((nativeId) => makeMessage(nativeId, { text: nativeId })) as [Message, Message];
    await archive.store([gone, other]);
    await erase([gone, other]);
    const entry = { entryId: 'entry', holdId: 'hold', matterId: 'matter', state: 'active', placedAtEpoch: 1, release: null } as const;
    await registers.change(() => ({ entries: [{ ...entry, scope: terms('id', gone.id) }] }));
    const stub = await versionOf(gone);
    expect(await importAgain([gone, other, gone])).toEqual(['reintroduced', 'disposed', 'duplicate']);
    expect(await read([gone.id, other.id])).toMatchObject([
      { kind: 'message', message: { message: gone, disposals: [BATCH] } }, { kind: 'stub', stub: { disposals: [BATCH] } },
    ]);
    expect(await archive.writer.put([{ prepared: prepare(gone), expected: stub }, { prepared: prepare(gone), expected: null }])).toEqual([
      { outcome: 'conflict' }, { outcome: 'conflict' },
    ]);
    expect(await touch(await read([gone.id]))).toMatchObject([{ outcome: 'written' }]);
    expect(await importAgain([{ ...gone, custodianIds: ['another'] }])).toEqual(['merged']);
    for await (const step of archive.writer.reindex(analyze)) void step;
    await archive.reopen();
    expect(await read([gone.id])).toMatchObject([{ message: { message: { custodianIds: ['another'] }, disposals: [BATCH] } }]);
    expect(nativeIds((await archive.search({ text: literal('gone') })).hits)).toEqual(['gone']);
    expect(await verification(archive)).toEqual({ messages: 1, problems: [] });
    eraser = await reopened();
    // Whoever has read what stands names the disposals.
    const [found] = await archive.writer.read([gone.id]);
    expect(await eraser.erase([{ id: gone.id, version: found!.version, disposals: found!.disposals }], 'batch-2')).toMatchObject([{ outcome: 'erased' }]);
    await eraser.refresh();
    expect(await read([gone.id])).toMatchObject([{ kind: 'stub', stub: { disposals: [BATCH, 'batch-2'] } }]);
    expect((await archive.search()).total).toBe(0);
  }, 60_000);

  it('goes on refusing it after a reindexing', async () => {
    const { kept, destroyed } = chat();
    await archive.store([...kept, ...destroyed]);
    await erase(destroyed);
    for await (const step of archive.writer.reindex(analyze)) void step;
    await archive.reopen();
    expect(await importAgain(destroyed)).toEqual(destroyed.map(() => 'disposed'));
    expect((await archive.search()).total).toBe(kept.length);
    const stubs = await archive.writer.readStubs(destroyed.map(({ id }) => id));
    expect(stubs.map((stub) => stub?.disposals)).toEqual(destroyed.map(() => [BATCH]));
    expect(await verification(archive)).toEqual({ messages: kept.length, problems: [] });
  }, 60_000);

  it('lists stubs in the order of ids, and writes them only where nothing stands', async () => {
    const messages = Array.from({ length: 2_100 }, (_, index) => makeMessage(`${index}`));
    const [live] = messages as [Message];
    await archive.store([live]);
    const results = await archive.writer.createStubs(messages.map(({ id }) => ({ id, disposals: [BATCH] })));
    expect(results.filter(({ outcome }) => outcome === 'conflict')).toEqual([results[0]]);
    const listed: string[] = [];
    for await (const batch of archive.writer.readAllStubs()) listed.push(...batch.map(({ id }) => id));
    expect(listed).toEqual(messages.slice(1).map(({ id }) => id).sort());
    expect((await archive.search()).total).toBe(1);
  });

  it('touches a message, a stub and nothing: what is older than the touch can no longer be erased', async () => {
    const [message, gone, absent] = ['message', 'gone', 'absent'].map((nativeId) => makeMessage(nativeId, { text: nativeId })) as [Message, Message, Message];
    await archive.store([message, gone]);
    const claimed = await versionOf(message);
    await erase([gone]);
    const ids = [absent.id, message.id, gone.id];
    const before = await read(ids);
    expect(before.map((standing) => standing.kind)).toEqual(['nothing', 'message', 'stub']);
    expect((await touch(before)).map(({ outcome }) => outcome)).toEqual(['written', 'written', 'written']);
    const after = await read(ids);
    expect(after.map((standing) => standing.kind)).toEqual(['stub', 'message', 'stub']);
    expect(after[0]).toMatchObject({ stub: { disposals: [] } });
    expect(after[2]).toMatchObject({ stub: { disposals: [BATCH] } });
    expect(await eraser.erase([{ id: message.id, version: claimed }], 'batch-2')).toEqual([{ outcome: 'conflict' }]);
    // At what was read before the touch nothing can be written any more.
    expect((await touch(before)).map(({ outcome }) => outcome)).toEqual(['conflict', 'conflict', 'conflict']);
    await eraser.refresh();
    expect((await archive.engine.get(SCOPE, [message.id]))[0]!.message).toEqual(message);
    expect(nativeIds((await archive.search({ text: literal('message') })).hits)).toEqual(['message']);
    expect((await archive.search()).total).toBe(1);
    expect(await verification(archive)).toEqual({ messages: 1, problems: [] });
  });

  it('takes a message over a placeholder, by its version', async () => {
    const [message] = [makeMessage('1', { text: '甲' })];
    await touch(await read([message.id]));
    const placeholder = await versionOf(message);
    expect(await archive.writer.put([{ prepared: prepare(message), expected: null }])).toEqual([{ outcome: 'conflict' }]);
    expect(await importAgain([message, message])).toEqual(['new', 'duplicate']);
    expect(await archive.writer.put([{ prepared: prepare(message), expected: placeholder }])).toEqual([{ outcome: 'conflict' }]);
    await archive.writer.refresh();
    expect(nativeIds((await archive.search({ text: literal('甲') })).hits)).toEqual(['1']);
    expect(await archive.writer.readStubs([message.id])).toEqual([null]);
    expect(await verification(archive)).toEqual({ messages: 1, problems: [] });
  });

  it('never gives a version twice, whatever stands under the id, and after a restart', async () => {
    const message = makeMessage('1');
    const versions: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const [standing] = await read([message.id]);
      await touch([standing!]);
      versions.push(await versionOf(message));
      if (round === 1) await importAgain([message]);
      if (round === 2) await erase([message]);
      versions.push(await versionOf(message));
      await archive.reopen();
    }
    // Twice nothing came between.
    expect(new Set(versions).size).toBe(versions.length - 2);
    expect(await archive.writer.readStubs([message.id])).toMatchObject([{ disposals: [BATCH] }]);
  });

  it('raises the watermark, and rows of new messages are found beside destroyed ones', async () => {
    const watermark = async (): Promise<number> => (await archive.search({ wantsCompleteness: true })).completeness!.watermark;
    await archive.store([makeMessage('1', { text: '甲' }), makeMessage('2', { text: '甲' })]);
    for (let round = 3; round < 8; round += 1) {
      const before = await watermark();
      // Always the newest, whose place in the archive is the last.
      await erase([makeMessage(`${round - 1}`)]);
      expect(await watermark()).toBeGreaterThan(before);
      await archive.store([makeMessage(`${round}`, { text: '甲', custodianIds: [`c${round}`] })]);
      expect(nativeIds((await archive.search({ text: literal('甲') })).hits).sort()).toEqual(['1', `${round}`]);
      expect(nativeIds((await archive.search({ filter: terms('custodianId', `c${round}`) })).hits)).toEqual([`${round}`]);
    }
  });
});

async function answersOf(archive: ArchiveUnderTest, destroyed: readonly Message[]): Promise<unknown> {
  const { engine, writer } = archive;
  const fields = ['senderId', 'conversationId', 'custodianId', 'platform', 'participantId', 'attachmentState'] as const;
  const aggregations = {
    ...NO_AGGREGATION,
    facets: fields.map((field) => ({ field, first: 20 })),
    histograms: [{ interval: 'month' as const, timeZone: 'UTC' }],
    distinct: fields,
    stats: [{ field: 'sentAt' as const }],
  };
  const texts = [null, literal('付款'), literal('gone'), literal('附件', ['name']), { kind: 'not' as const, node: literal('kept') }, literal('明')];
  const searches = await Promise.all(
    texts.flatMap((text) =>
      [{ kind: 'all' as const }, terms('custodianId', 'custodian-1', 'only'), { kind: 'not' as const, node: terms('senderId', 'only') }].map(async (filter) => {
        const { completeness, hits, ...rest } = await archive.search({ text, filter, aggregations, wantsCompleteness: true, order: 'newest' });
        return { ...rest, hits: hits.map(({ message }) => message), unsearched: completeness!.unsearchedAttachments };
      }),
    ),
  );
  const scanned: Message[] = [];
  for await (const batch of engine.scan(SCOPE, request().query, 'oldest')) scanned.push(...batch.map(({ message }) => message));
  const all: Message[] = [];
  for await (const batch of writer.readAll()) all.push(...batch.map(({ message }) => message));
  const ids = destroyed.map(({ id }) => id);
  const { watermark: _one, ...statistics } = await engine.literalStatistics(SCOPE, ['付款', 'gone'], 5_000);
  const question = { weights: [1, 1], terms: [{ key: '付款', positions: [0], isInner: false }] };
  return {
    searches,
    scanned,
    all,
    ranked: (await archive.search({ text: literal('付款'), order: 'relevance', question })).hits.map(({ message, score }) => [message.id, score]),
    pages: nativeIds(await archive.walk({ text: literal('付款') }, 2)),
    gotten: await engine.get(SCOPE, ids),
    read: await writer.read(ids),
    documents: await writer.readDocuments(ids),
    counts: await engine.countTerms(SCOPE, [literal('付款'), literal('gone'), literal('王小明')], { kind: 'all' }, 5_000),
    manyCounts: await engine.countTerms(SCOPE, Array.from({ length: 150 }, (_, index) => literal(`${index}`)), { kind: 'all' }, 5_000),
    statistics,
    labels: await Promise.all((['senderId', 'conversationId'] as const).map((field) => engine.labels(SCOPE, field, ['only', 'sender-0', 'room-0', 'room-1']))),
    count: (await engine.health()).messageCount,
  };
}

async function verification({ writer }: ArchiveUnderTest): Promise<unknown> {
  const steps = writer.verify(analyze);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}
