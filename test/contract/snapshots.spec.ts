import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { NO_AGGREGATION } from '../../src/query/aggregation.js';
import { makeMessage } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { literal } from '../support/query-nodes.js';
import { scaled } from '../support/scale.js';
import { ArchiveUnderTest, nativeIds, request, SCOPE } from './archive-under-test.js';
import { onEveryEngine, type OpenEngine } from './engines.js';

onEveryEngine('several at once on $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeEach(async () => {
    archive = await ArchiveUnderTest.create(kind, [], { searchProcesses: 2 });
  });
  afterEach(() => archive.remove());

  /** Every batch keeps the balance, so an answer out of balance has mixed two states. */
  it('hits, total, facets and bars of one answer come from one state of the archive', async () => {
    const facets = [{ field: 'senderId' as const, first: 5 }];
    const aggregations = { ...NO_AGGREGATION, facets, histograms: [{ interval: 'day' as const, timeZone: 'UTC' }] };
    const totals = new Set<number>();
    for (let round = 0; round < scaled(2_000); round += 1) {
      const texts = [literal('甲'), null];
      const asked = texts.map((text) => archive.search({ text, aggregations, first: 50, wantsCompleteness: true }));
      await archive.store([
        makeMessage(`left-${round}`, { text: '甲', senderId: 'left' }),
        makeMessage(`right-${round}`, { text: '甲', senderId: 'right', sentAt: null }),
      ]);
      for (const answer of await Promise.all(asked)) {
        const total = answer.total!;
        totals.add(total);
        const [facet] = answer.aggregations.facets;
        expect(total % 2).toBe(0);
        expect([answer.hits.length, answer.hasNext]).toEqual([Math.min(total, 50), total > 50]);
        expect(facet!.buckets.map((bucket) => bucket.count)).toEqual(total === 0 ? [] : [total / 2, total / 2]);
        expect(answer.aggregations.histograms[0]!.map((bar) => bar.count)).toEqual(total === 0 ? [] : [total / 2, total / 2]);
        const stored = round * 2;
        expect(total).toBeGreaterThanOrEqual(stored);
        expect(answer.completeness!.watermark).toBeGreaterThanOrEqual(stored);
      }
    }
    expect(totals.size).toBeGreaterThan(5);
  }, 900_000);

  it('an answer has everything that was stored before it was asked for', async () => {
    for (let round = 1; round <= 40; round += 1) {
      await archive.store([makeMessage(`m${round}`, { text: '甲' })]);
      // Both search processes take turns; each must catch up by itself.
      const totals = await Promise.all([1, 2, 3].map(() => archive.search({ text: literal('甲'), first: 0 })));
      expect(totals.map(({ total }) => total)).toEqual([round, round, round]);
    }
  });

  it('of several writers of one message exactly one wins, each time', async () => {
    const others: OpenEngine[] = [await kind.open(archive.directory), await kind.open(archive.directory)];
    const writers = [archive.writer, ...others.map((open) => open.writer)];
    let expected: (string | null)[] = writers.map(() => null);
    for (let round = 0; round < 20; round += 1) {
      const puts = writers.map((writer, index) =>
        writer.put([{ prepared: prepare(makeMessage('one', { text: `${round} ${index}` })), expected: expected[index]! }]),
      );
      const outcomes = (await Promise.all(puts)).map(([result]) => result!.outcome);
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      const [stored] = await archive.writer.read([makeMessage('one').id]);
      expect(stored!.message.text).toBe(`${round} ${outcomes.indexOf('written')}`);
      expected = writers.map(() => stored!.version);
    }
    for (const open of others) await open.close();
  });

  it('what one writer stores, searches of another process find', async () => {
    const other = await kind.open(archive.directory);
    await other.writer.put([{ prepared: prepare(makeMessage('new', { text: '甲', custodianIds: ['new custodian'] })), expected: null }]);
    await other.writer.refresh();
    expect(nativeIds((await archive.search({ text: literal('甲') })).hits)).toEqual(['new']);
    await archive.store([makeMessage('newer', { text: '甲', custodianIds: ['new custodian', 'another'] })]);
    expect(
      (await other.engine.search(SCOPE, request({ filter: { kind: 'terms', field: 'custodianId', values: ['another'] } }))).total,
    ).toBe(1);
    await other.close();
  });

  it('an index made with other text rules is refused, with the command that mends it', async () => {
    await archive.store([makeMessage('1', { text: '甲' })]);
    const other = await kind.open(archive.directory, { foldVersion: 'other rules' });
    await expect(other.writer.prepare()).rejects.toMatchObject({ code: 'INDEX_VERSION_MISMATCH' });
    await expect(other.writer.prepare()).rejects.toThrow(/holdfast reindex/);
    await expect(other.engine.search(SCOPE, request())).rejects.toMatchObject({ code: 'INDEX_VERSION_MISMATCH' });
    await expect(other.engine.countTerms(SCOPE, [literal('甲')], { kind: 'all' }, 5_000)).rejects.toMatchObject({
      code: 'INDEX_VERSION_MISMATCH',
    });
    await other.close();
    expect((await archive.search()).total).toBe(1);
  });
});
