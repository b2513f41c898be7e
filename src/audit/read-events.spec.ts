import { describe, expect, it } from '@jest/globals';
import { chained, chainOf } from '../../test/support/audit-chain.js';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { blockId, eventId, type AuditBlock } from './audit-block.js';
import { readEvents, type AuditFilter, type EventPlace } from './read-events.js';

const ALL: AuditFilter = { kinds: null, viewer: null, from: null, to: null };

function catalogOf(blocks: readonly AuditBlock[]): MemoryCatalogStore {
  const catalog = new MemoryCatalogStore();
  catalog.replaceAll(
    'audit-block',
    blocks.map((block) => [blockId(block.sequence), block]),
  );
  return catalog;
}

/** The ids of every page, and how many there were. */
async function walk(catalog: MemoryCatalogStore, filter: AuditFilter, first: number): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let before: EventPlace | null = null;
  for (let pages = 1; ; pages += 1) {
    const page = await readEvents(catalog, filter, { before, first });
    ids.push(...page.events.map(({ sequence, place }) => eventId(sequence, place)));
    if (page.next === null) return { ids, pages };
    before = page.next;
  }
}

describe('readEvents', () => {
  const blocks = chainOf([3, 1, 2, 120, ...Array.from({ length: 70 }, () => 1)]);
  const ids = blocks.flatMap(({ sequence, events }) => events.map((_, place) => eventId(sequence, place))).reverse();

  it.each([1, 7, 100])('meets every event once, the newest first, %i at a time', async (first) => {
    expect((await walk(catalogOf(blocks), ALL, first)).ids).toEqual(ids);
  });

  it('leaves out what is not wanted', async () => {
    const other = {
      ...blocks[1]!,
      events: [{ kind: 'query_refused', viewer: 'approver', code: 'INTERNAL', at: blocks[1]!.writtenAt }] as const,
    };
    const catalog = catalogOf(chained([blocks[0]!, other, ...blocks.slice(2)]));
    const timeOf = (index: number): number => Date.parse(blocks[index]!.writtenAt);
    expect((await walk(catalog, { ...ALL, kinds: ['query_refused', 'import'] }, 5)).ids).toEqual(['2-0']);
    expect((await walk(catalog, { ...ALL, viewer: 'approver' }, 5)).ids).toEqual(['2-0']);
    expect((await walk(catalog, { ...ALL, from: timeOf(1), to: timeOf(3) }, 5)).ids).toEqual(['3-1', '3-0', '2-0']);
    expect((await walk(catalog, { ...ALL, viewer: 'nobody' }, 5)).ids).toEqual([]);
  });

  it('ends a page that took long enough, and goes on there', async () => {
    const catalog = catalogOf(chainOf(Array.from({ length: 105 }, () => 1_000)));
    expect(await walk(catalog, { ...ALL, kinds: ['import'] }, 5)).toEqual({ ids: [], pages: 3 });
  }, 60_000);
});
