import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../errors/errors.js';
import type { Cluster } from './cluster.js';
import { failureOf } from './engine-error.js';
import { MESSAGES } from './stubs.js';

/** Milliseconds for which searches that still read an index that was replaced may go on. */
const READERS_PATIENCE = 30_000;
const INTERVAL = 200;

/** Every write up to this sequence number, in every shard, is finished. */
export async function localCheckpoint(cluster: Cluster, index: string): Promise<number> {
  const { indices } = await cluster.request(() => cluster.client.indices.stats({ index, level: 'shards' }));
  const copies = Object.values(indices?.[index]?.shards ?? {}).flat();
  const primaries = copies.filter(({ routing }) => routing?.primary === true);
  if (primaries.length === 0) throw new HoldfastError('ENGINE_UNAVAILABLE', 'A shard of the index is missing.');
  return Math.min(...primaries.map(({ seq_no: numbers }) => numbers?.local_checkpoint ?? -1));
}

/** When it resolves, every write to the index that will ever succeed has. */
export async function freezeIndex(cluster: Cluster, index: string): Promise<void> {
  const { acknowledged, shards_acknowledged: areShards } = await cluster.request(() => cluster.client.indices.addBlock({ index, block: 'write' }));
  if (!acknowledged || !areShards) throw new HoldfastError('ENGINE_UNAVAILABLE', 'The old index could not be closed for writing. Reindex again.');
}

/** The index takes writes again. */
export async function thawIndex(cluster: Cluster, index: string): Promise<void> {
  await cluster.request(() => cluster.client.indices.putSettings({ index, settings: { 'index.blocks.write': null } }));
}

/** One reindexing: it fills `to`, to put it in the place of `from`. */
export interface Swap {
  readonly from: string;
  readonly to: string;
  /** Names this one: no two have the same. */
  readonly by: string;
}

/**
 * Takes the filling of an index over: whoever filled it so far can no longer put it in place. In one step with making sure that the other
 * one still is what `alias` stands for. Throws ENGINE_BUSY when it is not.
 */
export async function claimSwap(cluster: Cluster, alias: string, swap: Swap): Promise<void> {
  const { from, to } = swap;
  const actions = [
    { remove: { index: from, alias, must_exist: true } },
    { add: { index: from, alias, filter: MESSAGES } },
    { remove: { index: to, alias: claimOf({ ...swap, by: '*' }), must_exist: false } },
    { add: { index: to, alias: claimOf(swap) } },
  ];
  await cluster.request(async () => {
    try {
      await cluster.client.indices.updateAliases({ actions });
    } catch (error) {
      throw failureOf(error)?.status === 404 ? busy(error) : error;
    }
  });
}

/** Throws ENGINE_BUSY when somebody else has taken the filling over. */
export async function requireClaimed(cluster: Cluster, swap: Swap): Promise<void> {
  const isOurs = await cluster.request(() => cluster.client.indices.existsAlias({ index: swap.to, name: claimOf(swap) }));
  if (!isOurs) throw busy();
}

/** In one step, so that no search meets none or both. Throws ENGINE_BUSY when another process was quicker, or has taken the filling over. */
export async function switchAlias(cluster: Cluster, alias: string, swap: Swap): Promise<void> {
  const { from, to } = swap;
  const actions = [
    { remove: { index: to, alias: claimOf(swap), must_exist: true } },
    { remove: { index: from, alias, must_exist: true } },
    { add: { index: to, alias, filter: MESSAGES } },
  ];
  await cluster.request(async () => {
    try {
      await cluster.client.indices.updateAliases({ actions });
    } catch (error) {
      if (failureOf(error)?.status !== 404) throw error;
      // A repeated request meets its own first attempt.
      const found = Object.keys(await cluster.client.indices.get({ index: alias }));
      if (found.length !== 1 || found[0] !== to) throw busy(error);
    }
  });
}

/** An alias that nobody reads or writes through: aliases can be changed several in one step, and only if one is there. */
function claimOf({ to, by }: Pick<Swap, 'to' | 'by'>): string {
  return `${to}-filled-by-${by}`;
}

function busy(cause?: unknown): HoldfastError {
  return new HoldfastError('ENGINE_BUSY', 'Another reindexing runs.', {}, { cause });
}

/** Deletes an index that was replaced as soon as no search reads it any more, or after a while. */
export async function removeWhenUnread(cluster: Cluster, index: string): Promise<void> {
  const end = performance.now() + READERS_PATIENCE;
  while (performance.now() < end && (await readersOf(cluster, index)) > 0) await pause(INTERVAL);
  await cluster.request(() => cluster.client.indices.delete({ index, ignore_unavailable: true }));
}

/** Searches and points in time that read the index at this moment. */
export async function readersOf(cluster: Cluster, index: string): Promise<number> {
  const stats = await cluster.request(() => cluster.client.indices.stats({ index, metric: 'search' }));
  const search = stats._all.total?.search;
  return (search?.open_contexts ?? 0) + (search?.query_current ?? 0) + (search?.fetch_current ?? 0);
}
