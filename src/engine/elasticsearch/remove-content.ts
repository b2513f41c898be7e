import { setTimeout as pause } from 'node:timers/promises';
import type { estypes } from '@elastic/elasticsearch';
import { HoldfastError } from '../../errors/errors.js';
import { isLeft, type RemovalState, type RemovalStep } from '../index-eraser.js';
import type { Cluster } from './cluster.js';
import type { MessageIndex } from './message-index.js';
import { readersOf } from './swap-index.js';

/** Milliseconds between the first two looks at what is waited for, and at most between two; each pause is twice the one before. */
const INTERVAL = { first: 50, most: 1_000 };
/** Milliseconds for which shard copies or readers may keep what was erased. Copies let go within a minute, all present. */
const PATIENCE = 600_000;
/** Milliseconds for rewriting the segments; it goes on in the cluster when nobody waits any longer. */
const REWRITE_PATIENCE = 86_400_000;
/** How often segments are rewritten at most: those that the cluster is merging by itself are left out, and keep what was not yet released when that began. */
const REWRITES = 3;

type ShardCopy = estypes.IndicesStatsShardStats;

/**
 * Rewrites the segments of the index that hold erased documents, on every shard copy. A cluster keeps them for copies that may want
 * to catch up (soft deletes, until their retention leases move on), so each step waits until the one before is complete on
 * all copies. Begins anew when the index was replaced meanwhile, which takes the old one's files away whole.
 */
export async function* removeContent(cluster: Cluster, messages: MessageIndex, from: RemovalState | null): AsyncGenerator<RemovalState> {
  messages.forget();
  const name = await messages.currentIndex();
  const removal = new Removal(cluster, name, from?.store === name ? from : null);
  yield* removal.run();
}

class Removal {
  private state: RemovalState;

  constructor(
    private readonly cluster: Cluster,
    private readonly name: string,
    from: RemovalState | null,
  ) {
    this.state = from ?? { store: name, done: null, left: 0, marks: {} };
  }

  async *run(): AsyncGenerator<RemovalState> {
    await this.requireAllCopies();
    if (this.isLeft('hidden')) {
      const marks = Object.fromEntries((await this.copies()).map(([shard, { seq_no: numbers }]) => [shard, numbers?.max_seq_no ?? -1]));
      await this.cluster.refresh(this.name);
      this.state = { ...this.state, marks };
      yield this.finish('hidden');
    }
    if (this.isLeft('flushed')) {
      await this.flush();
      yield this.finish('flushed');
    }
    if (this.isLeft('released')) {
      yield* this.wait(() => this.keepers(), 'A shard copy keeps what was erased for another one.');
      yield this.finish('released');
    }
    if (this.isLeft('rewritten')) {
      yield* this.rewrite();
      yield this.finish('rewritten');
    }
    if (this.isLeft('removed')) {
      yield* this.wait(() => readersOf(this.cluster, this.name), 'A search or export still reads an older state of the archive.');
      // What they held goes with the next commit.
      await this.flush();
      if (!(await this.isProven())) {
        yield { ...this.state, done: null };
        throw new HoldfastError(
          'ENGINE_BUSY',
          'Messages were replaced meanwhile: it cannot be told whether all is removed. Begin again when no import runs.',
        );
      }
      yield this.finish('removed');
    }
  }

  private isLeft(step: RemovalStep): boolean {
    return isLeft(step, this.state);
  }

  private finish(step: RemovalStep): RemovalState {
    this.state = { ...this.state, done: step, left: 0 };
    return this.state;
  }

  /** Yields until nothing is left to wait for. */
  private async *wait(count: () => Promise<number>, reason: string, patience = PATIENCE): AsyncGenerator<RemovalState> {
    const end = performance.now() + patience;
    for (let interval = INTERVAL.first; ; interval = Math.min(2 * interval, INTERVAL.most)) {
      const left = await count();
      if (left === 0) return;
      yield (this.state = { ...this.state, left });
      if (performance.now() > end) throw new HoldfastError('ENGINE_BUSY', reason, { left });
      await pause(interval);
    }
  }

  /** A copy that is away would bring back what was erased, and the others keep it for that. */
  private async requireAllCopies(): Promise<void> {
    const { status } = await this.cluster.request(() => this.cluster.client.cluster.health({ index: this.name, timeout: '1s' }));
    if (status.toLowerCase() !== 'green')
      throw new HoldfastError(
        'ENGINE_UNAVAILABLE',
        'Copies of shards are missing. What was erased can only be removed when all are there.',
      );
  }

  private async flush(): Promise<void> {
    const { _shards: shards } = await this.cluster.request(() =>
      this.cluster.client.indices.flush({ index: this.name, force: true, wait_if_ongoing: true }),
    );
    requireAll(shards);
  }

  /** How many shard copies still keep writes from before the mark: leases move on with the commits, every half minute. */
  private async keepers(): Promise<number> {
    const { marks } = this.state;
    return (await this.copies()).filter(([shard, { retention_leases: leases }]) =>
      (leases?.leases ?? []).some(({ retaining_seq_no: kept }) => kept <= (marks[shard] ?? Infinity)),
    ).length;
  }

  private async *rewrite(): AsyncGenerator<RemovalState> {
    for (let round = 1; ; round += 1) {
      yield* this.rewriteOnce();
      const left = await this.erased();
      if (left === 0 || round === REWRITES) return;
      yield (this.state = { ...this.state, left });
      yield* this.wait(() => this.merging(), 'The cluster still merges segments by itself. Begin again when no import runs.');
    }
  }

  private async *rewriteOnce(): AsyncGenerator<RemovalState> {
    await this.flush();
    const { client } = this.cluster;
    const order = { index: this.name, only_expunge_deletes: true, wait_for_completion: false };
    const { task } = await this.cluster.request(() => client.indices.forcemerge(order, { maxRetries: 0 }));
    yield* this.wait(() => this.unwritten(task!), 'The cluster still rewrites its segments.', REWRITE_PATIENCE);
    await this.flush();
    await this.cluster.refresh(this.name);
  }

  /** How many erased documents the task has still to leave out; 0 when it has ended, and done so well. */
  private async unwritten(task: string): Promise<number> {
    const looked = await this.cluster.request(() => this.cluster.client.tasks.get({ task_id: task }));
    if (!looked.completed) return Math.max(1, await this.erased());
    // An error has no counts.
    requireAll((looked.response as { readonly _shards?: estypes.ShardStatistics } | undefined)?._shards);
    return 0;
  }

  /** How many merges are under way. */
  private async merging(): Promise<number> {
    return (await this.copies()).reduce((sum, [, { merges }]) => sum + (merges?.current ?? 0), 0);
  }

  private async erased(): Promise<number> {
    return (await this.copies()).reduce((sum, [, { docs }]) => sum + (docs?.deleted ?? 0), 0);
  }

  /** No segment has an erased document. One that was replaced since the mark looks the same. */
  private async isProven(): Promise<boolean> {
    return (await this.erased()) === 0;
  }

  /** Every copy of every shard, with its shard's number. */
  private async copies(): Promise<(readonly [shard: string, ShardCopy])[]> {
    const { indices } = await this.cluster.request(() => this.cluster.client.indices.stats({ index: this.name, level: 'shards' }));
    const shards = Object.entries(indices?.[this.name]?.shards ?? {});
    if (shards.length === 0) throw new HoldfastError('ENGINE_UNAVAILABLE', 'A shard of the index is missing.');
    return shards.flatMap(([shard, copies]) => copies.map((copy) => [shard, copy] as const));
  }
}

function requireAll(shards: estypes.ShardStatistics | undefined): void {
  if (shards === undefined || shards.failed > 0 || shards.successful < 1) {
    throw new HoldfastError('ENGINE_UNAVAILABLE', 'A shard could not write what it holds to its files.');
  }
}
