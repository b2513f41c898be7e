import type { VersionToken } from './search-engine.js';

/** A message at the version that a decision was made about. */
export interface EraseItem {
  readonly id: string;
  readonly version: VersionToken;
  /** The batches that destroyed it before, as they were read with the version. Left out: the eraser reads them first. */
  readonly disposals?: readonly string[];
}

/**
 * `erased`: acknowledged; the version is that of the stub. `conflict`: it did not stand at this version, or nobody knows: settle it, as
 * after an error. A conflict proves nothing about what stands now.
 */
export type EraseResult = { readonly outcome: 'erased'; readonly version: VersionToken } | { readonly outcome: 'conflict' };

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
 * Destroys messages: the protocol is `disposition/`'s, which alone may use it. Every change is
 * one compare-and-set on one id. Errors: ENGINE_UNAVAILABLE, ENGINE_BUSY, ENGINE_WRITE_BLOCKED, INDEX_VERSION_MISMATCH; after one,
 * any of the items may have been changed, or may yet be.
 */
export abstract class IndexEraser {
  /**
   * Replaces each message that stands at its version by a stub that names the batch, behind the batches that destroyed it before. One
   * result per item, in order. Searches find a message until `refresh`; its bytes are there until `remove`.
   */
  abstract erase(items: readonly EraseItem[], batchId: string): Promise<readonly EraseResult[]>;

  /** Makes everything changed so far visible to searches. */
  abstract refresh(): Promise<void>;

  /**
   * Physical removal of everything that was erased, or replaced, before it is called with null: step by step until nothing of it is
   * left in the engine's files (not in backups, snapshots and copies of the archive). Yields after each step and while it waits; called
   * with the last state it goes on there. Throws ENGINE_BUSY while imports or readers keep it from being finished.
   */
  abstract remove(from: RemovalState | null): AsyncIterable<RemovalState>;

  abstract close(): Promise<void>;
}

/** Whether a step is behind what is done. */
export function isLeft(step: RemovalStep, { done }: Pick<RemovalState, 'done'>): boolean {
  return done === null || REMOVAL_STEPS.indexOf(step) > REMOVAL_STEPS.indexOf(done);
}
