import { IndexEraser, type EraseItem, type EraseResult, type RemovalState } from '../../src/engine/index-eraser.js';
import {
  IndexWriter, type KeptMessage, type PutItem, type PutResult, type Stub, type VerifyReport, type WrittenMessage,
} from '../../src/engine/index-writer.js';
import { disposalsOf, type Standing } from '../../src/engine/standing.js';
import { noAnswer, requireAnswer } from './faulty-catalog.js';
import { decodeOnce, type MessageTruth } from './message-truth.js';
import type { Call, Process } from './scheduler.js';

interface Batch<Item, Result> {
  readonly call: Call;
  readonly items: readonly Item[];
  readonly apply: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** What stands afterwards for those who see a write that is never committed; null: nothing. */
  readonly imagine: (item: Item, standing: Standing, version: string) => Standing | null;
}

/** Carries out a write of several items, each of which fares for itself. */
function writeBatch<Item extends { readonly id: string }, Result>(
  process: Process, truth: MessageTruth, { call, items, apply, imagine }: Batch<Item, Result>,
): Promise<readonly (Result | { readonly outcome: 'conflict' })[]> {
  const { scheduler } = truth;
  return process.reach(call, async (fate) => {
    if (fate === 'plain' || fate === 'old') return apply(items);
    const struck = new Set(items.filter(() => scheduler.strikes()));
    if (fate === 'refused') return (await apply(items)).map((result, place) => (struck.has(items[place]!) ? { outcome: 'conflict' } : result));
    await apply(items.filter((item) => fate === 'unanswered' || !struck.has(item)));
    if (fate === 'late') for (const item of struck) scheduler.later(call, () => apply([item]));
    if (fate === 'uncommitted') for (const item of struck) await truth.imagine(item.id, (standing, version) => imagine(item, standing, version));
    throw noAnswer();
  });
}

/** An index as one process sees it. See `FaultyCatalog`. */
export class FaultyIndexWriter extends IndexWriter {
  constructor(
    private readonly process: Process,
    private readonly truth: MessageTruth,
  ) {
    super();
  }

  override async prepare(): Promise<void> {}

  override async put(items: readonly PutItem[]): Promise<readonly PutResult[]> {
    const { origin } = this.process;
    const named = items.map((item) => ({ ...item, id: item.prepared.id }));
    return writeBatch<(typeof named)[number], PutResult>(this.process, this.truth, {
      call: this.call('put', named.map(({ id }) => id), true),
      items: named,
      apply: (some) => this.truth.put(origin, some),
      imagine: ({ id, prepared, expected, disposals = [] }, standing, version) =>
        versionOf(standing) === expected ? { kind: 'message', id, message: { ...decodeOnce(prepared), version, disposals } } : null,
    });
  }

  override read(ids: readonly string[]): Promise<readonly (WrittenMessage | null)[]> {
    return this.see('read', ids, (some) => this.truth.writer.read(some), (standing) => (standing.kind === 'message' ? standing.message : null));
  }

  override readStubs(ids: readonly string[]): Promise<readonly (Stub | null)[]> {
    return this.see('readStubs', ids, (some) => this.truth.writer.readStubs(some), (standing) => (standing.kind === 'stub' ? standing.stub : null));
  }

  override readAllStubs(): AsyncIterable<readonly Stub[]> {
    return this.truth.writer.readAllStubs();
  }

  override async createStubs(stubs: readonly Omit<Stub, 'version'>[]): Promise<readonly PutResult[]> {
    const { origin } = this.process;
    return writeBatch(this.process, this.truth, {
      call: this.call('createStubs', stubs.map(({ id }) => id), true),
      items: stubs,
      apply: (some) => this.truth.createStubs(origin, some),
      imagine: (stub, standing, version) => (standing.kind === 'nothing' ? { kind: 'stub', id: stub.id, stub: { ...stub, version } } : null),
    });
  }

  override async rewriteStubs(stubs: readonly Stub[]): Promise<readonly PutResult[]> {
    const { origin } = this.process;
    return writeBatch(this.process, this.truth, {
      call: this.call('rewriteStubs', stubs.map(({ id }) => id), true),
      items: stubs,
      apply: (some) => this.truth.rewriteStubs(origin, some),
      imagine: (stub, standing, version) =>
        standing.kind === 'stub' && standing.stub.version === stub.version ? { kind: 'stub', id: stub.id, stub: { ...stub, version } } : null,
    });
  }

  override readDocuments(ids: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
    return this.truth.writer.readDocuments(ids);
  }

  override readAll(): AsyncIterable<readonly KeptMessage[]> {
    return this.truth.writer.readAll();
  }

  override async refresh(): Promise<void> {
    await this.process.reach(this.call('refresh', [], true), async () => this.truth.writer.refresh());
  }

  override async finish(): Promise<void> {}

  override async *reindex(): AsyncGenerator<{ done: number; total: number }> {}

  // eslint-disable-next-line require-yield
  override async *verify(): AsyncGenerator<{ done: number; total: number }, VerifyReport> {
    return { messages: 0, problems: [] };
  }

  override async close(): Promise<void> {}

  private see<Found>(
    action: string, ids: readonly string[], read: (ids: readonly string[]) => Promise<readonly (Found | null)[]>, found: (standing: Standing) => Found | null,
  ): Promise<readonly (Found | null)[]> {
    return this.process.reach(this.call(action, ids, false), async (fate) => {
      requireAnswer(fate);
      const now = await read(ids);
      if (fate === 'plain') return now;
      return ids.map((id, place) => {
        const seen = fate === 'old' ? this.truth.before(id) : this.truth.imagined(id);
        return seen === null ? now[place]! : found(seen);
      });
    });
  }

  private call(action: string, ids: readonly string[], isWrite: boolean): Call {
    return { action, target: this.truth.namesOf(ids), isWrite };
  }
}

/** What destroys, as one process sees it. */
export class FaultyIndexEraser extends IndexEraser {
  constructor(
    private readonly process: Process,
    private readonly truth: MessageTruth,
  ) {
    super();
  }

  override async erase(items: readonly EraseItem[], batchId: string): Promise<readonly EraseResult[]> {
    const { origin } = this.process;
    return writeBatch<EraseItem, EraseResult>(this.process, this.truth, {
      call: { action: 'erase', target: this.truth.namesOf(items.map(({ id }) => id)), isWrite: true },
      items,
      apply: (some) => this.truth.erase(origin, some, batchId),
      imagine: ({ id, version: expected }, standing, version) =>
        standing.kind === 'message' && standing.message.version === expected
          ? { kind: 'stub', id, stub: { id, version, disposals: [...disposalsOf(standing), batchId] } }
          : null,
    });
  }

  override async refresh(): Promise<void> {}

  override remove(): AsyncIterable<RemovalState> {
    throw new Error('removes nothing');
  }

  override async close(): Promise<void> {}
}

function versionOf(standing: Standing): string | null {
  if (standing.kind === 'nothing') return null;
  return standing.kind === 'message' ? standing.message.version : standing.stub.version;
}
