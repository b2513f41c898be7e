import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { decodeDocument } from '../../src/engine/document-codec.js';
import { NO_AGGREGATION } from '../../src/query/aggregation.js';
import { ViewerScope } from '../../src/query/viewer-scope.js';
import { makeAttachment, makeMessage } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { literal, range, terms } from '../support/query-nodes.js';
import { ArchiveUnderTest, nativeIds, SCOPE } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const ABSENT = '0'.repeat(32);

onEveryEngine('reading and writing on $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeEach(async () => {
    archive = await ArchiveUnderTest.create(kind);
  });
  afterEach(() => archive.remove());

  it('gives back what was stored, every field and every raw byte', async () => {
    const message = makeMessage('m\0"1', {
      text: '正文 \ud83d 👍🏻\0\r\n',
      senderId: null,
      quoted: { text: 'q', author: 'a', nativeId: null },
      attachments: [makeAttachment('名.pdf', { declaredSize: 2 ** 40 })],
      versions: [{ text: 'v', at: -1, by: null }],
      extra: { nested: { list: [1, null, 'x'] }, big: 1e21 },
      recall: { at: null, by: null },
    });
    const raws = [{ sha256: 'ea7fd5f4db35630d3b936883540e27ab522774a4e37fe05e7544be8516a0191e', text: 'raw\0"' }];
    await archive.writer.put([{ prepared: prepare(message, raws), expected: null }]);
    const [stored] = await archive.engine.get(SCOPE, [message.id]);
    expect(stored!.message).toEqual(message);
    expect(stored!.raws.map((raw) => raw.text)).toEqual(['raw\0"']);
    expect(await archive.writer.read([message.id])).toEqual([{ ...stored, disposals: [] }]);
  });

  it('reads documents as they are stored, and all messages by id', async () => {
    const messages = Array.from({ length: 2_100 }, (_, index) => makeMessage(String(index)));
    await archive.store(messages);
    const read = await archive.writer.readDocuments([messages[7]!.id, ABSENT]);
    expect([decodeDocument(read[0]!).message, read[1]]).toEqual([messages[7], null]);
    const ids: string[] = [];
    for await (const batch of archive.writer.readAll()) ids.push(...batch.map(({ message }) => message.id));
    expect(ids).toEqual(messages.map(({ id }) => id).sort());
  });

  it('reads in real time, in the order asked for, null for what is not there', async () => {
    const [one, two] = [makeMessage('1'), makeMessage('2')];
    await archive.store([one]);
    await archive.writer.put([{ prepared: prepare(two), expected: null }]);
    const found = await archive.engine.get(SCOPE, [two.id, ABSENT, one.id, 'no id', '', two.id]);
    expect(found.map((item) => item?.message.nativeId ?? null)).toEqual(['2', null, '1', null, null, '2']);
    expect(await archive.engine.get(SCOPE, [])).toEqual([]);
  });

  it('reads nothing outside the scope', async () => {
    const mine = makeMessage('mine', { custodianIds: ['li'] });
    const other = makeMessage('other', { custodianIds: ['wang'] });
    await archive.store([mine, other]);
    const found = await archive.engine.get(ViewerScope.only('li', terms('custodianId', 'li')), [mine.id, other.id]);
    expect(found.map((item) => item?.message.nativeId ?? null)).toEqual(['mine', null]);
    expect(await archive.engine.get(ViewerScope.nothing('x'), [mine.id])).toEqual([null]);
  });

  it('writes each item only over the version it names, whatever becomes of the others', async () => {
    const [one, two, three] = ['1', '2', '3'].map((id) => makeMessage(id, { text: '旧' }));
    const [first] = await archive.store([one!, two!]);
    const put = (message: typeof one, expected: string | null) => ({ prepared: prepare({ ...message!, text: '新' }), expected });
    const version = first!.outcome === 'written' ? first!.version : '';
    const results = await archive.writer.put([
      put(one, version),
      put(two, version),
      put(three, null),
      put(three, null),
      put(one, version),
      put(two, null),
    ]);
    expect(results.map((result) => result.outcome)).toEqual(['written', 'conflict', 'written', 'conflict', 'conflict', 'conflict']);
    await archive.writer.refresh();
    expect(nativeIds((await archive.search({ text: literal('新') })).hits).sort()).toEqual(['1', '3']);
    expect(nativeIds((await archive.search({ text: literal('旧') })).hits)).toEqual(['2']);
    expect((await archive.engine.get(SCOPE, [two!.id]))[0]!.message.text).toBe('旧');
  });

  it('refuses a version that is not one, and one of an absent message', async () => {
    const message = makeMessage('1');
    const [result] = await archive.store([makeMessage('2')]);
    const foreign = result!.outcome === 'written' ? result!.version : '';
    for (const expected of ['', 'x', 'null', foreign]) {
      expect(await archive.writer.put([{ prepared: prepare(message), expected }])).toEqual([{ outcome: 'conflict' }]);
    }
    expect(await archive.engine.get(SCOPE, [message.id])).toEqual([null]);
  });

  it('never gives a version twice, not for the same content and not after a restart', async () => {
    const message = makeMessage('1', { text: '同' });
    const versions: string[] = [];
    const remember = async (): Promise<void> => {
      const [stored] = await archive.writer.read([message.id]);
      versions.push(stored!.version);
      expect((await archive.engine.get(SCOPE, [message.id]))[0]!.version).toBe(stored!.version);
    };
    await archive.store([message]);
    await remember();
    for (let round = 0; round < 3; round += 1) {
      await archive.replace(message);
      await remember();
      await archive.reopen();
      await archive.store([makeMessage(`other-${round}`)]);
    }
    expect(new Set(versions).size).toBe(versions.length);
    const stale = await archive.writer.put([{ prepared: prepare(message), expected: versions[0]! }]);
    expect(stale).toEqual([{ outcome: 'conflict' }]);
  });

  it('answers from what is stored now: texts, filters, totals, facets and order follow a change', async () => {
    const before = makeMessage('1', {
      text: '旧文',
      custodianIds: ['li'],
      sentAt: Date.UTC(2026, 0, 1),
      attachments: [makeAttachment('a')],
    });
    await archive.store([before, makeMessage('2', { text: '旧文', custodianIds: ['wang'], sentAt: Date.UTC(2026, 1, 1) })]);
    const state = async (): Promise<unknown> => {
      const facets = [{ field: 'custodianId' as const, first: 9 }];
      const ask = (parts: Parameters<typeof archive.search>[0]) => archive.search({ ...parts, order: 'newest' });
      return {
        old: nativeIds((await ask({ text: literal('旧文') })).hits),
        oldTotal: (await ask({ text: literal('旧文'), first: 0 })).total,
        new: (await ask({ text: literal('新') })).total,
        names: (await ask({ text: literal('a', ['name']) })).total,
        january: (await ask({ filter: range('sentAt', Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)) })).total,
        all: nativeIds((await ask({})).hits),
        custodians: (await ask({ aggregations: { ...NO_AGGREGATION, facets } })).aggregations.facets[0]!.buckets.map(
          (bucket) => `${bucket.value} ${bucket.count}`,
        ),
      };
    };
    const atFirst = { old: ['2', '1'], oldTotal: 2, new: 0, names: 1, january: 1, all: ['2', '1'], custodians: ['li 1', 'wang 1'] };
    expect(await state()).toEqual(atFirst);
    await archive.replace({ ...before, text: '新', custodianIds: ['wang', 'zhao'], sentAt: Date.UTC(2026, 2, 1), attachments: [] });
    expect(await state()).toEqual({
      old: ['2'],
      oldTotal: 1,
      new: 1,
      names: 0,
      january: 0,
      all: ['1', '2'],
      custodians: ['wang 2', 'zhao 1'],
    });
    await archive.replace({ ...before, sentAt: null, dateState: 'undated' });
    expect(await state()).toEqual({ ...atFirst, january: 0 });
    await archive.replace(before);
    expect(await state()).toEqual(atFirst);
    await archive.reopen();
    expect(await state()).toEqual(atFirst);
  });

  it('names people and conversations anew when their messages change', async () => {
    const first = makeMessage('1', { senderId: 'li', senderName: '李', conversationName: '甲组', sentAt: 1 });
    await archive.store([first, makeMessage('2', { senderId: 'wang', senderName: '王', sentAt: 2 })]);
    const labels = async (): Promise<(string | null)[]> => {
      const people = await archive.engine.labels(SCOPE, 'senderId', ['li', 'wang']);
      const conversations = await archive.engine.labels(SCOPE, 'conversationId', ['conversation']);
      return [...people, ...conversations].map(({ label }) => label);
    };
    expect(await labels()).toEqual(['李', '王', '甲组']);
    await archive.store([makeMessage('3', { senderId: 'li', senderName: '李总', sentAt: 3 })]);
    expect(await labels()).toEqual(['李总', '王', '甲组']);
    await archive.replace({ ...first, senderId: 'wang', senderName: '王五', conversationName: null, sentAt: 4 });
    expect(await labels()).toEqual(['李总', '王五', null]);
  });

  it('finds a new message at once, again and again', async () => {
    for (let round = 1; round <= 5; round += 1) {
      await archive.store([makeMessage(`m${round}`, { text: `甲 第${round}次`, custodianIds: [`custodian ${round}`] })]);
      expect((await archive.search({ text: literal('甲'), first: 0 })).total).toBe(round);
      expect((await archive.search({ text: literal('甲'), filter: terms('custodianId', `custodian ${round}`) })).total).toBe(1);
    }
  });

  it('says what was not searched, within the filter, and how far the answer reaches', async () => {
    const states = ['missing', 'not_scanned', 'not_scanned', 'ok'] as const;
    const attachments = states.map((state, index) => makeAttachment(`${index}`, { state }));
    await archive.store([
      makeMessage('1', { attachments, custodianIds: ['li'] }),
      makeMessage('2', { attachments: attachments.slice(0, 1) }),
    ]);
    const ask = async (parts: Parameters<typeof archive.search>[0]) =>
      (await archive.search({ ...parts, wantsCompleteness: true })).completeness!;
    const all = await ask({});
    expect(all).toMatchObject({ engine: kind.name, unsearchedAttachments: { missing: 2, not_scanned: 2 } });
    expect(all.foldVersion).toBe((await archive.engine.health()).foldVersion);
    expect((await ask({ filter: terms('custodianId', 'li') })).unsearchedAttachments).toEqual({ missing: 1, not_scanned: 2 });
    expect((await ask({ text: literal('没有') })).unsearchedAttachments).toEqual(all.unsearchedAttachments);
    expect((await ask({ filter: terms('custodianId', 'nobody') })).unsearchedAttachments).toEqual({});
    await archive.replace(makeMessage('1', { attachments: [], custodianIds: ['li'] }));
    const later = await ask({});
    expect(later.unsearchedAttachments).toEqual({ missing: 1 });
    expect(later.watermark).toBeGreaterThan(all.watermark);
    expect((await archive.search({})).completeness).toBeNull();
  });

  it('tells its health', async () => {
    const empty = await archive.engine.health();
    expect(empty).toMatchObject({ engine: kind.name, isReady: true, messageCount: 0, problem: null });
    await archive.store([makeMessage('1'), makeMessage('2')]);
    await archive.replace(makeMessage('2', { text: 'x' }));
    const filled = await archive.engine.health();
    expect(filled.messageCount).toBe(2);
    expect(filled.watermark).toBeGreaterThan(empty.watermark);
  });

  it('answers on an empty archive', async () => {
    const facets = [{ field: 'senderId' as const, first: 3 }];
    const histograms = [{ interval: 'day' as const, timeZone: 'UTC' }];
    const result = await archive.search({
      text: literal('甲'),
      aggregations: { ...NO_AGGREGATION, facets, histograms, distinct: ['kind'] },
    });
    expect(result).toMatchObject({ hits: [], hasNext: false, total: 0 });
    expect(result.aggregations).toMatchObject({
      facets: [{ buckets: [], otherCount: 0, missingCount: 0 }],
      histograms: [[]],
      distinct: { kind: 0 },
    });
    expect(await archive.engine.countTerms(SCOPE, [literal('甲')], { kind: 'all' }, 5_000)).toEqual([
      { hits: 0, uniqueHits: 0, hitsByCustodian: {} },
    ]);
    for await (const batch of archive.engine.scan(SCOPE, { filter: { kind: 'all' }, text: null }, 'newest')) expect(batch).toEqual([]);
  });
});
