import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chained, chainOf, checkpointOf } from '../../test/support/audit-chain.js';
import { FixedClock } from '../../test/support/fixed-clock.js';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { Random } from '../../test/support/random.js';
import { blockId, eventId, leavesOf, type AuditBlock } from './audit-block.js';
import { SEGMENT } from './audit-tree.js';
import { makeCheckpoint } from './make-checkpoint.js';
import { provesConsistency, provesInclusion } from './merkle-proofs.js';
import { leafHash } from './merkle-tree.js';
import { proveConsistency, proveEvent } from './prove-event.js';
import { lastCheckpoint, readCheckpoints } from './read-checkpoints.js';
import { SigningKey } from './signing-key.js';
import { verifyAudit } from './verify-audit.js';

const key = SigningKey.generate(null);
const clock = new FixedClock(0);
const fromHex = (hash: string): Buffer => Buffer.from(hash, 'hex');

function store(catalog: MemoryCatalogStore, blocks: readonly AuditBlock[]): void {
  catalog.replaceAll(
    'audit-block',
    blocks.map((block) => [blockId(block.sequence), block]),
  );
}

/** Counts the blocks that are read. */
class CountingCatalog extends MemoryCatalogStore {
  blocksRead = 0;
  override async list<Value>(
    ...parameters: Parameters<MemoryCatalogStore['list']>
  ): ReturnType<typeof MemoryCatalogStore.prototype.list<Value>> {
    const page = await super.list<Value>(...parameters);
    if (parameters[0] === 'audit-block') this.blocksRead += page.length;
    return page;
  }
}

describe('makeCheckpoint', () => {
  const blocks = chainOf([3, 1, 2, 5]);
  let catalog: MemoryCatalogStore;
  beforeEach(() => {
    catalog = new MemoryCatalogStore();
    store(catalog, blocks);
  });
  const make = () => makeCheckpoint(catalog, clock, key);

  it('signs the root over all events, once', async () => {
    const made = await make();
    expect(made).toEqual(checkpointOf(blocks, key, '1970-01-01T00:00:00.000Z'));
    expect(await make()).toEqual(made);
    expect(await lastCheckpoint(catalog)).toEqual(made);
    expect(await verifyAudit(catalog)).toMatchObject({ checkpoints: 1, covered: 11, problems: [] });
  });

  it('gives one checkpoint to processes that make it at once', async () => {
    const made = await Promise.all([make(), make(), make()]);
    expect(new Set(made.map(({ signature }) => signature)).size).toBe(1);
  });

  it('signs nothing while there is nothing', async () => {
    await expect(makeCheckpoint(new MemoryCatalogStore(), clock, key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each<[string, AuditBlock[]]>([
    ['is shorter', blocks.slice(0, 3)],
    ['was written anew', chained(chainOf([1, 3, 2, 5, 1]))],
    ['is broken', [...blocks.slice(0, 2), { ...blocks[2]!, events: [] }, blocks[3]!]],
    ['goes on from another block', [...blocks, { ...chained([...blocks, ...chainOf([1])])[4]!, previousHash: 'a'.repeat(64) }]],
  ])('signs nothing more where the audit %s', async (_what, others) => {
    const made = await make();
    store(catalog, others);
    await expect(make()).rejects.toMatchObject({ code: 'AUDIT_BROKEN' });
    expect(await lastCheckpoint(catalog)).toEqual(made);
  });
});

describe('a long audit', () => {
  const random = new Random(7);
  // Three whole segments, parted within blocks, and some more.
  const blocks = chainOf([...random.times(30, () => random.between(1, 900)), ...random.times(60, () => 1), 1_000]);
  const events = blocks.flatMap(({ sequence, events: { length } }) => Array.from({ length }, (_, place) => eventId(sequence, place)));
  const leaves = blocks.flatMap(leavesOf);
  const catalog = new CountingCatalog();
  const ends = [10, 20, 89, 90, 91];

  beforeAll(async () => {
    expect(events.length).toBeGreaterThan(3 * SEGMENT);
    for (const end of ends) {
      store(catalog, blocks.slice(0, end));
      expect(await makeCheckpoint(catalog, clock, key)).toEqual(checkpointOf(blocks.slice(0, end), key, '1970-01-01T00:00:00.000Z'));
    }
  });

  it('is not read again for a further checkpoint', async () => {
    store(catalog, chained([...blocks, ...chainOf([1])], blocks.length));
    catalog.blocksRead = 0;
    await makeCheckpoint(catalog, clock, key);
    const last = blocks.slice(-80).reduce((sum, block) => sum + block.events.length, 0);
    expect(last).toBeGreaterThan(SEGMENT);
    expect(catalog.blocksRead).toBeLessThan(90);
    store(catalog, blocks);
    catalog.replaceAll('checkpoint', (await checkpointsOf()).slice(0, ends.length));
  });

  const checkpointsOf = async (): Promise<[string, unknown][]> =>
    (await catalog.list('checkpoint', { first: 100 })).map(({ id, value }) => [id, value]);

  it('proves each of its events', async () => {
    const { root, treeSize } = (await lastCheckpoint(catalog))!;
    expect(treeSize).toBe(events.length);
    const edges = [0, 1, SEGMENT - 1, SEGMENT, 2 * SEGMENT - 1, 2 * SEGMENT, 3 * SEGMENT, events.length - 1];
    for (const index of [...edges, ...random.times(20, () => random.below(events.length))]) {
      const proof = await proveEvent(catalog, events[index]!);
      expect(proof).toMatchObject({ index, leaf: leaves[index] });
      expect(provesInclusion(leafHash(proof.leaf), index, treeSize, proof.path.map(fromHex), fromHex(root))).toBe(true);
    }
  }, 60_000);

  it('proves each of its checkpoints', async () => {
    for await (const checkpoint of readCheckpoints(catalog, 0)) {
      const { older, newer, path } = await proveConsistency(catalog, checkpoint.treeSize);
      expect(older).toEqual(checkpoint);
      const [before, after] = [older, newer].map(({ treeSize, root }) => ({ size: treeSize, root: fromHex(root) }));
      expect(provesConsistency(before!, after!, path.map(fromHex))).toBe(true);
    }
    await expect(proveConsistency(catalog, 17)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each(['0-0', '1-900', '999-0', '1', '', 'x-1', '1-0 '])('proves no event %p', async (id) => {
    await expect(proveEvent(catalog, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('proves nothing that no checkpoint counts, and nothing of a changed audit', async () => {
    store(catalog, chained([...blocks, ...chainOf([2])], blocks.length));
    await expect(proveEvent(catalog, eventId(blocks.length + 1, 0))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    store(catalog, chained([...blocks.slice(0, -1), { ...blocks.at(-1)!, writtenAt: '2027-01-01T00:00:00.000Z' }], blocks.length - 1));
    await expect(proveEvent(catalog, events.at(-1)!)).rejects.toMatchObject({ code: 'AUDIT_BROKEN' });
  });
});
