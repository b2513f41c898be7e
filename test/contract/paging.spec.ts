import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareNewestFirst, compareOldestFirst } from '../../src/domain/compare-messages.js';
import type { Message } from '../../src/domain/message.js';
import { NO_AGGREGATION } from '../../src/query/aggregation.js';
import { ViewerScope } from '../../src/query/viewer-scope.js';
import { makeMessage } from '../support/make-message.js';
import { literal, not, range, terms } from '../support/query-nodes.js';
import { Random } from '../support/random.js';
import { ArchiveUnderTest, nativeIds, request, SCOPE } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const HOUR = 3_600_000;

/** Over four years, a tenth without a time, many at one instant; arriving in no order. */
function makeMessages(random: Random, count: number): Message[] {
  return Array.from({ length: count }, (_, index) =>
    makeMessage(`m${index}`, {
      sentAt: random.chance(0.1) ? null : random.chance(0.3) ? Date.UTC(2025, 5, 1) : Date.UTC(2023, 0, 1) + random.below(35_000) * HOUR,
      text: random.chance(0.6) ? '请付款' : '收到',
      custodianIds: [random.pick(['li', 'wang'])],
    }),
  );
}

onEveryEngine('pages on $name', (kind) => {
  const messages = makeMessages(new Random(7), 2_500);
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, messages);
  });
  afterAll(() => archive.remove());

  describe.each([
    ['newest', compareNewestFirst],
    ['oldest', compareOldestFirst],
  ] as const)('%s first', (order, compare) => {
    it.each([
      ['everything', {}, () => true],
      ['a literal', { text: literal('付款') }, (message: Message) => message.text.includes('付款')],
      ['a negation', { text: not(literal('付款')) }, (message: Message) => !message.text.includes('付款')],
      [
        'a filter',
        { text: literal('收到'), filter: terms('custodianId', 'li') },
        (message: Message) => message.text === '收到' && message.custodianIds[0] === 'li',
      ],
      ['undated ones only', { filter: not(range('sentAt', null, null)) }, (message: Message) => message.sentAt === null],
    ])('%s: the walk has every hit once, in order', async (_name, parts, isHit) => {
      const expected = messages
        .filter(isHit)
        .sort(compare)
        .map((message) => message.nativeId);
      for (const size of [1_000, 37]) expect(nativeIds(await archive.walk({ ...parts, order }, size))).toEqual(expected);
      expect((await archive.search({ ...parts, first: 0 })).total).toBe(expected.length);
    });
  });

  it('says whether there is more, at the exact end too', async () => {
    const filter = terms('id', ...messages.slice(0, 6).map((message) => message.id));
    const first = await archive.search({ filter, first: 3 });
    expect([first.hits.length, first.hasNext, first.total]).toEqual([3, true, 6]);
    const last = await archive.search({ filter, first: 3, after: first.hits[2]!.key });
    expect([last.hits.length, last.hasNext, last.total]).toEqual([3, false, 6]);
    const behind = await archive.search({ filter, first: 3, after: last.hits[2]!.key });
    expect([behind.hits.length, behind.hasNext, behind.total]).toEqual([0, false, 6]);
  });

  it.each([
    ['everything', {}],
    ['a literal', { text: literal('付款') }],
    ['undated ones only', { filter: not(range('sentAt', null, null)) }],
  ])('looks back from a place and tells its position: %s', async (_name, parts) => {
    for (const order of ['newest', 'oldest'] as const) {
      const all = await archive.walk({ ...parts, order }, 1_000);
      for (const place of [0, 1, 17, Math.floor(all.length / 2), all.length - 2, all.length - 1]) {
        for (const [lookBack, first] of [[0, 0], [0, 5], [1, 0], [20, 0], [7, 3]] as const) {
          const result = await archive.search({ ...parts, order, after: all[place]!.key, lookBack, first });
          const start = Math.max(0, place + 1 - lookBack);
          expect(nativeIds(result.hits)).toEqual(nativeIds(all.slice(start, place + 1 + first)));
          expect([result.position, result.hasNext]).toEqual([start, place + 1 + first < all.length]);
        }
      }
      expect(await archive.search({ ...parts, order, first: 2, lookBack: 4 })).toMatchObject({ position: 0, hits: { length: 2 } });
    }
    expect((await archive.search({ ...parts, first: 1 })).position).toBeNull();
  });

  it('keeps to one conversation, also when a message moves to another', async () => {
    const own = await ArchiveUnderTest.create(kind, [
      ...[1, 2, 3].map((index) => makeMessage(`a${index}`, { conversationId: 'a' })),
      ...[1, 2].map((index) => makeMessage(`b${index}`, { conversationId: 'b' })),
    ]);
    const found = async (id: string) => nativeIds((await own.search({ filter: terms('conversationId', id) })).hits).sort();
    expect([await found('a'), await found('b'), await found('c')]).toEqual([['a1', 'a2', 'a3'], ['b1', 'b2'], []]);
    await own.replace(makeMessage('a2', { conversationId: 'b' }));
    await own.store([makeMessage('a4', { conversationId: 'a' }), makeMessage('c1', { conversationId: 'c' })]);
    expect([await found('a'), await found('b'), await found('c')]).toEqual([['a1', 'a3', 'a4'], ['a2', 'b1', 'b2'], ['c1']]);
    await own.remove();
  });

  it('asks for nothing but the total', async () => {
    const result = await archive.search({ first: 0 });
    expect([result.hits.length, result.total]).toEqual([0, messages.length]);
  });

  it('leaves the total out when it is not asked for', async () => {
    expect((await archive.search({ first: 1, wantsTotal: false })).total).toBeNull();
  });

  it('goes on behind a message that is gone or changed: a key is a place, not a message', async () => {
    const all = await archive.walk({ order: 'oldest' }, 1_000);
    const place = all[99]!;
    const other = await archive.search({
      order: 'oldest',
      first: 1,
      after: { ...place.key, id: `${place.key.id.slice(0, -1)}${place.key.id.endsWith('f') ? 'e' : 'f'}` },
    });
    expect([all[99]!.message.id, all[100]!.message.id]).toContain(other.hits[0]!.message.id);
  });

  it('refuses the cursor of another search', async () => {
    const { hits } = await archive.search({ text: literal('付款'), first: 3 });
    const after = hits[1]!.key;
    for (const parts of [
      { text: literal('收到') },
      { text: literal('付款'), filter: terms('custodianId', 'li') },
      { text: literal('付款'), order: 'newest' as const },
    ]) {
      await expect(archive.search({ ...parts, after })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    }
    expect((await archive.search({ text: literal('付款'), after, first: 1 })).hits[0]!.message.id).toBe(hits[2]!.message.id);
  });

  it('keeps its cursors over a restart', async () => {
    const before = await archive.walk({ order: 'newest', text: literal('付款') }, 500);
    const middle = before[700]!;
    await archive.reopen();
    const after = await archive.search({ order: 'newest', text: literal('付款'), after: middle.key, first: 100 });
    expect(nativeIds(after.hits)).toEqual(nativeIds(before.slice(701, 801)));
  });

  it('scans every hit in order, from one snapshot', async () => {
    const expected = messages.filter((message) => message.text.includes('付款')).sort(compareNewestFirst);
    const found: string[] = [];
    for await (const batch of archive.engine.scan(SCOPE, { filter: { kind: 'all' }, text: literal('付款') }, 'newest')) {
      if (found.length === 0) {
        await archive.store([
          makeMessage(`later-${archive.directory}`, { text: '付款', sentAt: Date.UTC(2030, 0) }),
          makeMessage(`earlier-${archive.directory}`, { text: '付款', sentAt: Date.UTC(2000, 0) }),
        ]);
      }
      found.push(...nativeIds(batch));
    }
    expect(found).toEqual(expected.map((message) => message.nativeId));
    expect((await archive.search({ text: literal('付款'), first: 0 })).total).toBe(expected.length + 2);
  });

  it('ends a scan whose reader stops early, and goes on answering', async () => {
    for await (const batch of archive.engine.scan(SCOPE, { filter: { kind: 'all' }, text: null }, 'oldest')) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    expect((await archive.search({ text: literal('没有') })).total).toBe(0);
  });

  it('shows each viewer only their scope', async () => {
    const scope = ViewerScope.only('li', terms('custodianId', 'li'));
    const mine = messages.filter((message) => message.custodianIds[0] === 'li');
    const facets = [{ field: 'custodianId' as const, first: 5 }];
    const result = await archive.engine.search(scope, request({ first: 0, aggregations: { ...NO_AGGREGATION, facets } }));
    expect(result.total).toBe(mine.length);
    expect(result.aggregations.facets[0]!.buckets).toEqual([expect.objectContaining({ value: 'li', count: mine.length })]);
    const none = await archive.engine.search(ViewerScope.nothing('nobody'), request({ text: literal('付款') }));
    expect([none.total, none.hits.length]).toEqual([0, 0]);
    let scanned = 0;
    for await (const batch of archive.engine.scan(scope, { filter: { kind: 'all' }, text: null }, 'oldest')) scanned += batch.length;
    expect(scanned).toBe(mine.length);
  });
});
