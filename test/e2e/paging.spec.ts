import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { compareNewestFirst, compareOldestFirst } from '../../src/domain/compare-messages.js';
import type { Message } from '../../src/domain/message.js';
import type { SearchHit } from '../../src/engine/search-engine.js';
import { NO_AGGREGATION, type Facet } from '../../src/query/aggregation.js';
import type { PageKey } from '../../src/query/page.js';
import { ArchiveUnderTest } from '../contract/archive-under-test.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeChat } from '../support/chat-messages.js';
import { literal, not, or, range, terms } from '../support/query-nodes.js';
import { Random } from '../support/random.js';
import { isFullRun } from '../support/scale.js';

/** More than any engine lists in one go, so that long lists are paged as in a large archive. */
const STORED = 26_000;
const PAGE = 1_000;

const ids = (messages: readonly { readonly id: string }[]): Set<string> => new Set(messages.map((message) => message.id));

async function storeAll(archive: ArchiveUnderTest, messages: readonly Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 2_000) await archive.store(messages.slice(start, start + 2_000));
}

onEveryEngine('paging while imports go on, on $name', (kind) => {
  let archive: ArchiveUnderTest;
  let stored: Message[];
  let later = 0;
  const random = new Random(99);

  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind);
    stored = makeChat(random, STORED);
    await storeAll(archive, stored);
  }, 120_000);
  afterAll(() => archive.remove());

  const addSome = async (count: number): Promise<void> => {
    const added = makeChat(random, count, `later-${(later += 1)}`);
    await archive.store(added);
    stored.push(...added);
  };

  /** Walks all pages; between them `between` runs. */
  async function walk(parts: Parameters<typeof archive.search>[0], between: (page: number) => Promise<void>): Promise<SearchHit[]> {
    const hits: SearchHit[] = [];
    let after: PageKey | null = null;
    for (let page = 1; ; page += 1) {
      const answer = await archive.search({ ...parts, first: PAGE, after, wantsTotal: false });
      hits.push(...answer.hits);
      if (!answer.hasNext) return hits;
      after = answer.hits.at(-1)!.key;
      await between(page);
    }
  }

  function expectEveryOnce(hits: readonly SearchHit[], atStart: readonly Message[], compare: typeof compareNewestFirst): void {
    const seen = hits.map((hit) => hit.message.id);
    expect(new Set(seen).size).toBe(seen.length);
    const found = new Set(seen);
    expect(atStart.filter((message) => !found.has(message.id))).toEqual([]);
    const outOfOrder = hits.findIndex((hit, index) => index > 0 && compare(hits[index - 1]!.message, hit.message) >= 0);
    expect(outOfOrder).toBe(-1);
  }

  it.each([
    ['newest', compareNewestFirst],
    ['oldest', compareOldestFirst],
  ] as const)(
    '%s first: every message that matched at the start comes once',
    async (order, compare) => {
      const atStart = stored.filter((message) => message.text.includes('付款') || message.attachments.length > 0);
      const hits = await walk({ order, text: literal('付款') }, () => addSome(60));
      expectEveryOnce(hits, atStart, compare);
      expect(hits.length).toBeGreaterThan(20_000);
    },
    120_000,
  );

  it('also with an import that runs at the same time, not between the pages', async () => {
    const atStart = [...stored];
    let isWalking = true;
    const importing = (async () => {
      while (isWalking) {
        await addSome(40);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const hits = await walk({ order: 'newest' }, async () => undefined);
    isWalking = false;
    await importing;
    expectEveryOnce(hits, atStart, compareNewestFirst);
  }, 120_000);

  it('and across a restart, with imports before and after it', async () => {
    const atStart = stored.filter((message) => message.text.includes('付款') || message.attachments.length > 0);
    const restarts = isFullRun ? [2, 9, 10, 17, 23] : [2, 17];
    const hits = await walk({ order: 'newest', text: literal('付款') }, async (page) => {
      await addSome(20);
      if (restarts.includes(page)) {
        await archive.reopen();
        await addSome(20);
      }
    });
    expectEveryOnce(hits, atStart, compareNewestFirst);
  }, 120_000);
});

onEveryEngine('totals, facets and histograms on $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind);
    await storeAll(archive, makeChat(new Random(5), STORED));
  }, 120_000);
  afterAll(() => archive.remove());

  const countOf = (hits: readonly SearchHit[], values: (message: Message) => readonly (string | null)[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { message } of hits) for (const value of values(message)) if (value !== null) counts[value] = (counts[value] ?? 0) + 1;
    return counts;
  };
  const asRecord = (facet: Facet): Record<string, number> =>
    Object.fromEntries(facet.buckets.map((bucket) => [bucket.value, bucket.count]));

  it.each([
    ['nearly everything', { text: literal('付款') }],
    ['everything', {}],
    ['a few', { text: literal('20240315'), filter: terms('custodianId', 'custodian-1') }],
    ['a negation', { text: not(literal('付款')) }],
    [
      'alternatives in a time range',
      { text: or(literal('合同'), literal('发票')), filter: range('sentAt', Date.UTC(2025, 4, 3), Date.UTC(2025, 7, 20)) },
    ],
  ])(
    '%s: add up to the page walk',
    async (_name, parts) => {
      const aggregations = {
        ...NO_AGGREGATION,
        facets: (['senderId', 'custodianId', 'conversationId', 'kind', 'isRecalled'] as const).map((field) => ({ field, first: 1_000 })),
        histograms: [
          { interval: 'day' as const, timeZone: 'Asia/Shanghai' },
          { interval: 'month' as const, timeZone: 'UTC' },
        ],
        distinct: ['senderId' as const],
      };
      const hits = await archive.walk({ ...parts, order: 'newest' }, PAGE);
      const backwards = await archive.walk({ ...parts, order: 'oldest' }, 3 * PAGE);
      const summary = await archive.search({ ...parts, first: 0, aggregations });
      expect(summary.total).toBe(hits.length);
      expect(ids(backwards.map((hit) => hit.message))).toEqual(ids(hits.map((hit) => hit.message)));
      const [senders, custodians, conversations, kinds, recalled] = summary.aggregations.facets as [Facet, Facet, Facet, Facet, Facet];
      expect(asRecord(senders)).toEqual(countOf(hits, (message) => [message.senderId]));
      expect(senders.missingCount).toBe(hits.filter((hit) => hit.message.senderId === null).length);
      expect(asRecord(custodians)).toEqual(countOf(hits, (message) => message.custodianIds));
      expect(custodians.missingCount).toBe(hits.filter((hit) => hit.message.custodianIds.length === 0).length);
      expect(asRecord(conversations)).toEqual(countOf(hits, (message) => [message.conversationId]));
      expect(asRecord(kinds)).toEqual(countOf(hits, (message) => [message.kind]));
      expect(asRecord(recalled)).toEqual(countOf(hits, (message) => [String(message.recall !== null)]));
      expect(summary.aggregations.distinct.senderId).toBe(senders.buckets.length);
      for (const bars of summary.aggregations.histograms) expect(bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(hits.length);
      const shanghaiDay = (sentAt: number): number => Math.floor((sentAt + 8 * 3_600_000) / 86_400_000) * 86_400_000 - 8 * 3_600_000;
      const days = countOf(hits, ({ sentAt }) => [sentAt === null ? 'undated' : String(shanghaiDay(sentAt))]);
      expect(Object.fromEntries(summary.aggregations.histograms[0]!.map((bar) => [String(bar.start ?? 'undated'), bar.count]))).toEqual(
        days,
      );
      const short = await archive.search({
        ...parts,
        first: 0,
        aggregations: { ...NO_AGGREGATION, facets: [{ field: 'senderId', first: 3 }] },
      });
      const [top] = short.aggregations.facets;
      expect(top!.buckets.reduce((sum, bucket) => sum + bucket.count, 0) + top!.otherCount + top!.missingCount).toBe(hits.length);
    },
    60_000,
  );
});
