import type { IndexWriter, PreparedMessage, PutResult, Stub } from './index-writer.js';
import type { VersionToken, VersionedMessage } from './search-engine.js';

/** A message at the version that a decision was made about. */
export interface EraseItem {
  readonly id: string;
  readonly version: VersionToken;
}

/**
 * `erased`: acknowledged; the version is that of the stub. `conflict`: it did not stand at this version, or nobody knows: settle it, as
 * after an error. A conflict proves nothing about what stands now.
 */
export type EraseResult = { readonly outcome: 'erased'; readonly version: VersionToken } | { readonly outcome: 'conflict' };

/** What a real-time read found under an id. It may be old: only a write that succeeds over it proves that it stood. */
export type Standing =
  | { readonly kind: 'message'; readonly id: string; readonly message: VersionedMessage }
  | { readonly kind: 'stub'; readonly id: string; readonly stub: Stub }
  | { readonly kind: 'nothing'; readonly id: string };

/** The steps of physical removal, in order. */
export const REMOVAL_STEPS = [
  /** Searches no longer find what was erased. */
  'hidden',
  /** No log of the engine holds it. */
  'flushed',
  /** Nothing inside the engine keeps it for anybody. */
  'released',
  /** The files that were written since do not hold it. */
  'rewritten',
  /** Nothing holds the older files. */
  'removed',
] as const;
export type RemovalStep = (typeof REMOVAL_STEPS)[number];

/** How far physical removal is: plain data, to be kept by whoever may have to go on. */
export interface RemovalState {
  /** The file, or the physical index. */
  readonly store: string;
  /** The last step that is done; null: none yet. */
  readonly done: RemovalStep | null;
  /** What the step under way waits for, in pieces of its own (pages, shard copies, readers). */
  readonly left: number;
  /** By shard the last write that is covered; empty where there are no shards. */
  readonly marks: Readonly<Record<string, number>>;
}

/**
 * Destroys messages, and settles what may have been destroyed: the protocol is `disposition/`'s, which alone may use it. Every change is
 * one compare-and-set on one id. Errors: ENGINE_UNAVAILABLE, ENGINE_BUSY, ENGINE_WRITE_BLOCKED, INDEX_VERSION_MISMATCH; after one,
 * any of the items may have been changed, or may yet be.
 */
export abstract class IndexEraser {
  protected constructor(protected readonly writer: IndexWriter) {}

  /** Real-time; in the order of the ids. */
  async read(ids: readonly string[]): Promise<readonly Standing[]> {
    const messages = await this.writer.read(ids);
    const others = ids.filter((_, place) => messages[place] === null);
    const stubs = new Map((await this.writer.readStubs(others)).map((stub, place) => [others[place], stub]));
    return ids.map((id, place): Standing => {
      const message = messages[place] ?? null;
      if (message !== null) return { kind: 'message', id, message };
      const stub = stubs.get(id) ?? null;
      return stub === null ? { kind: 'nothing', id } : { kind: 'stub', id, stub };
    });
  }

  /**
   * Replaces each message that stands at its version by a stub that names the batch, behind the batches that destroyed it before. One
   * result per item, in order. Searches find a message until `refresh`; its bytes are there until `remove`.
   */
  abstract erase(items: readonly EraseItem[], batchId: string): Promise<readonly EraseResult[]>;

  /**
   * Writes what was read again, unchanged, and a placeholder where nothing stood. `written` proves that it stood until now, and no erase
   * of an older version can succeed any more. One result per item, in order. `prepare` analyzes messages.
   */
  async touch(
    standing: readonly Standing[], prepare: (batch: readonly VersionedMessage[]) => Promise<readonly PreparedMessage[]>,
  ): Promise<readonly PutResult[]> {
    const [messages, stubs, absent]: [VersionedMessage[], Stub[], string[]] = [[], [], []];
    for (const found of standing) {
      if (found.kind === 'message') messages.push(found.message);
      else if (found.kind === 'stub') stubs.push(found.stub);
      else absent.push(found.id);
    }
    const prepared = messages.length === 0 ? [] : await prepare(messages);
    const results = {
      message: await this.writer.put(prepared.map((message, place) => ({ prepared: message, expected: messages[place]!.version }))),
      stub: await this.rewriteStubs(stubs),
      nothing: await this.writer.createStubs(absent.map((id) => ({ id, disposals: [] }))),
    };
    const places = { message: 0, stub: 0, nothing: 0 };
    return standing.map(({ kind }) => results[kind][places[kind]++]!);
  }

  /** Makes everything changed so far visible to searches. */
  abstract refresh(): Promise<void>;

  /**
   * Physical removal of everything that was erased, or replaced, before it is called with null: step by step until nothing of it is
   * left in the engine's files (not in backups, snapshots and copies of the archive). Yields after each step and while it waits; called
   * with the last state it goes on there. Throws ENGINE_BUSY while imports or readers keep it from being finished.
   */
  abstract remove(from: RemovalState | null): AsyncIterable<RemovalState>;

  abstract close(): Promise<void>;

  /** Gives each stub a new version; `conflict` where it does not stand at its own. */
  protected abstract rewriteStubs(stubs: readonly Stub[]): Promise<readonly PutResult[]>;
}

/** Whether a step is behind what is done. */
export function isLeft(step: RemovalStep, { done }: Pick<RemovalState, 'done'>): boolean {
  return done === null || REMOVAL_STEPS.indexOf(step) > REMOVAL_STEPS.indexOf(done);
}
