import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../errors/errors.js';
import type { PreparedMessage } from '../index-writer.js';
import type { VersionedMessage } from '../search-engine.js';
import type { BulkItem, Cluster, QueryBody, Source } from './cluster.js';
import { FailedPart } from './engine-error.js';
import { BulkBody, type Replaced } from './message-body.js';
import type { CopyProgress, MessageIndex, PhysicalIndex } from './message-index.js';
import { formatVersion } from './message-version.js';
import { countMessages, messageOf, placeOf, readById, type Hit } from './stored-messages.js';
import { claimSwap, freezeIndex, localCheckpoint, removeWhenUnread, requireClaimed, switchAlias, thawIndex, type Swap } from './swap-index.js';

type Prepare = (batch: readonly VersionedMessage[]) => Promise<readonly PreparedMessage[]>;

const BATCH = 1_000;
/** Batches between two notes of how far the copying is. */
const BATCHES_A_NOTE = 20;
/** Rounds of catching up before the old index takes no more writes, and how few changes may be left for then. */
const MOST_ROUNDS = 10;
const FEW_CHANGES = 5_000;
const ATTEMPTS = 20;
const CONFLICT = 409;
const READ = { _source: ['document', 'writeId', 'copiedFrom', 'isStub', 'disposals'] };
/** Stubs go along: without them a destroyed message would come back with its archive. */
const EVERYTHING: QueryBody = { match_all: {} };

/**
 * Writes every message into a new index with the grams that `prepare` makes, and puts that in the old one's place. Searches and
 * writes go on meanwhile: the old index takes no more writes only while the last changes are copied, and whoever wants to write then
 * waits until the new one stands. Begun again after a stop it goes on where it was; a copy that another program began is begun anew.
 */
export async function* reindexMessages(
  cluster: Cluster, index: MessageIndex, prepare: Prepare,
): AsyncGenerator<{ done: number; total: number }> {
  index.forget();
  const old = await index.current();
  index.requireReadable(old);
  if (old.copying !== undefined) {
    const { from } = old.copying;
    await finishSwap(cluster, index, { from, to: old.name });
    if (index.fits(old)) {
      yield await wholeOf(cluster, old.name);
      return;
    }
  }
  const swap = { from: old.name, to: index.names.physical(old.number + 1), by: randomBytes(6).toString('hex') };
  const copy = new Copy(cluster, index, old, await copyOf(cluster, index, old, swap), prepare);
  yield* copy.copyAll();
  await copy.catchUp();
  await requireClaimed(cluster, swap);
  await freezeIndex(cluster, old.name);
  try {
    await copy.copyLast();
  } catch (error) {
    // Whoever has taken it over may have closed it himself.
    await requireClaimed(cluster, swap);
    await thawIndex(cluster, old.name);
    throw error;
  }
  await switchAlias(cluster, index.names.messages, swap);
  await finishSwap(cluster, index, swap);
  yield await wholeOf(cluster, copy.target.name);
}

/** What is left to do when the alias has been switched. */
async function finishSwap(cluster: Cluster, index: MessageIndex, { from, to }: Pick<Swap, 'from' | 'to'>): Promise<void> {
  index.forget();
  await removeWhenUnread(cluster, from);
  await index.note(to, null);
}

async function wholeOf(cluster: Cluster, name: string): Promise<{ done: number; total: number }> {
  const total = await cluster.inSnapshot(name, (pit) => countMessages(cluster, pit, EVERYTHING));
  return { done: total, total };
}

/** The index to fill: one that an earlier call began and this program can go on with, or a new one. */
async function copyOf(cluster: Cluster, index: MessageIndex, old: PhysicalIndex, swap: Swap): Promise<PhysicalIndex> {
  const number = old.number + 1;
  const begun = await index.physical(number);
  if (begun !== null && !isCopyOf(begun, old, index)) {
    // Then nobody reads it, and nobody ever will.
    await claimSwap(cluster, index.names.messages, swap);
    await cluster.request(() => cluster.client.indices.delete({ index: begun.name, ignore_unavailable: true }));
  }
  const checkpoint = await localCheckpoint(cluster, old.name);
  await index.createCopy(number, { from: old.name, checkpoint, lastId: '' });
  await claimSwap(cluster, index.names.messages, swap);
  // One that was killed may have left it closed for writing.
  await thawIndex(cluster, old.name);
  const target = await index.physical(number);
  if (target === null || !isCopyOf(target, old, index)) throw new HoldfastError('ENGINE_BUSY', 'Another reindexing runs.');
  return target;
}

function isCopyOf(copy: PhysicalIndex, old: PhysicalIndex, index: MessageIndex): boolean {
  return copy.copying?.from === old.name && index.fits(copy);
}

/** What is written for one message of the old index; null: a stub, which is copied as it is. */
interface Copied {
  readonly hit: Hit;
  readonly prepared: PreparedMessage | null;
}

/** Fills one index from another one. */
class Copy {
  private progress: CopyProgress;
  /** For messages that name no request. */
  private readonly writeId = randomBytes(6).toString('base64url');

  constructor(
    private readonly cluster: Cluster,
    private readonly index: MessageIndex,
    private readonly old: PhysicalIndex,
    readonly target: PhysicalIndex,
    private readonly prepare: Prepare,
  ) {
    this.progress = target.copying!;
  }

  /** Copies every message, as it stands in one state of the old index. */
  async *copyAll(): AsyncGenerator<{ done: number; total: number }> {
    const { pit, close } = await this.openOld();
    try {
      const total = await countMessages(this.cluster, pit, EVERYTHING);
      let done = total - (await countMessages(this.cluster, pit, { range: { id: { gt: this.progress.lastId } } }));
      yield { done, total };
      let batches = 0;
      for await (const hits of readById(this.cluster, pit, { query: EVERYTHING, after: this.progress.lastId, size: BATCH, body: READ })) {
        await this.create(await this.prepared(hits));
        done += hits.length;
        if (++batches % BATCHES_A_NOTE === 0) await this.note(hits.at(-1)!._id!);
        yield { done, total };
      }
      const [last] = (await this.cluster.search(null, { pit, size: 1, sort: [{ id: 'desc' }], _source: false })).hits.hits;
      if (last !== undefined) await this.note(last._id!);
    } finally {
      await close();
    }
  }

  /** Copies what was written to the old index since the copying began, until little is left to copy. */
  async catchUp(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const checkpoint = await localCheckpoint(this.cluster, this.old.name);
      const changed = await this.copyChanges();
      this.progress = { ...this.progress, checkpoint };
      if (changed <= FEW_CHANGES) return;
    }
  }

  /**
   * The rest, once the old index takes no more writes. Throws INDEX_CORRUPT when then the two do not have the same number of messages.
   */
  async copyLast(): Promise<void> {
    await this.copyChanges();
    await this.cluster.refresh(this.target.name);
    const [{ total: before }, { total: after }] = [await wholeOf(this.cluster, this.old.name), await wholeOf(this.cluster, this.target.name)];
    if (before === after) return;
    throw new HoldfastError('INDEX_CORRUPT', `${this.target.name} has ${after} messages, ${this.old.name} ${before}. Delete the former and reindex again.`);
  }

  /** How many messages were written behind the checkpoint. */
  private async copyChanges(): Promise<number> {
    const { pit, close } = await this.openOld();
    try {
      const query: QueryBody = { range: { _seq_no: { gt: this.progress.checkpoint } } };
      let count = 0;
      for await (const hits of readById(this.cluster, pit, { query, after: '', size: BATCH, body: READ })) {
        await this.renew(await this.prepared(hits));
        count += hits.length;
      }
      return count;
    } finally {
      await close();
    }
  }

  private async openOld(): ReturnType<Cluster['openSnapshot']> {
    await this.cluster.refresh(this.old.name);
    return this.cluster.openSnapshot(this.old.name);
  }

  private note(lastId: string): Promise<void> {
    this.progress = { ...this.progress, lastId };
    return this.index.note(this.target.name, this.progress);
  }

  private async prepared(hits: readonly Hit[]): Promise<Copied[]> {
    const messages = hits.filter(({ _source: source }) => source?.isStub !== true);
    const prepared = messages.length === 0 ? [] : await this.prepare(messages.map((hit) => ({ ...messageOf(hit), version: formatVersion(placeOf(hit)) })));
    const byHit = new Map(messages.map((hit, place) => [hit, prepared[place]!]));
    return hits.map((hit) => ({ hit, prepared: byHit.get(hit) ?? null }));
  }

  /** Writes messages that are not there. One that is was copied before, by this or another call; `renew` sees to it if it changed. */
  private async create(messages: readonly Copied[]): Promise<void> {
    await this.write(messages.map((message) => ({ message, replaced: null })));
  }

  /** Writes messages over older copies; what is newer, and what was not copied but written after the switch, stays. */
  private async renew(messages: readonly Copied[]): Promise<void> {
    let waiting = messages;
    for (let attempt = 0; waiting.length > 0; attempt++) {
      if (attempt === ATTEMPTS) throw new HoldfastError('ENGINE_BUSY', 'Another reindexing runs.');
      const found = await this.cluster.read<Source>(this.target.name, waiting.map(({ hit }) => hit._id!), ['copiedFrom']);
      const writes = waiting.flatMap((message, place) => {
        const known = found[place] ?? null;
        return known === null || (known.source.copiedFrom ?? Infinity) < message.hit._seq_no! ? [{ message, replaced: known }] : [];
      });
      waiting = await this.write(writes);
    }
  }

  /** Returns the messages that met a conflict. */
  private async write(writes: readonly { readonly message: Copied; readonly replaced: Replaced }[]): Promise<Copied[]> {
    const conflicts: Copied[] = [];
    for (const body of this.bodiesOf(writes)) {
      for (const [place, { status, errorTypes: types }] of (await this.send(body.bytes)).entries()) {
        if (status === CONFLICT) conflicts.push(body.messages[place]!);
        else if (types.length > 0) throw new HoldfastError('INDEX_CORRUPT', `The new index refuses ${body.messages[place]!.hit._id}: ${types.join(', ')}.`);
      }
    }
    return conflicts;
  }

  private *bodiesOf(
    writes: readonly { readonly message: Copied; readonly replaced: Replaced }[],
  ): Generator<{ readonly bytes: Uint8Array; readonly messages: readonly Copied[] }> {
    let body = new BulkBody();
    let messages: Copied[] = [];
    for (const { message, replaced } of writes) {
      const { writeId = this.writeId, disposals = [] } = message.hit._source ?? {};
      const mark = { writeId, copiedFrom: message.hit._seq_no! };
      if (message.prepared !== null) body.add(message.prepared, replaced, mark, disposals);
      else body.addStub({ id: message.hit._id!, disposals }, replaced, mark);
      messages.push(message);
      if (!body.isFull) continue;
      yield { bytes: body.bytes(), messages };
      [body, messages] = [new BulkBody(), []];
    }
    if (messages.length > 0) yield { bytes: body.bytes(), messages };
  }

  /** Again until the cluster has taken or finally refused every one: repeating does no harm. */
  private send(bytes: Uint8Array): Promise<readonly BulkItem[]> {
    return this.cluster.request(async () => {
      const items = await this.cluster.bulkOnce(this.target.writes, bytes, 30_000);
      const failed = items.find(({ status, errorTypes: types }) => types.length > 0 && status !== CONFLICT && status !== 400);
      if (failed !== undefined) throw new FailedPart({ status: failed.status, types: failed.errorTypes });
      return items;
    });
  }
}
