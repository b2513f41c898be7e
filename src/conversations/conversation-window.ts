import { compareOldestFirst } from '../domain/compare-messages.js';
import type { SearchHit, SearchResult } from '../engine/search-engine.js';
import type { PageKey } from '../query/page.js';

/** What of a conversation is wanted, seen from a place in it. */
export interface WindowRequest {
  /** Null: its beginning. */
  readonly key: PageKey | null;
  /** Messages before the place. */
  readonly before: number;
  /** Whether the message at the place itself is wanted. */
  readonly isKeyWanted: boolean;
  /** Messages behind the place. */
  readonly after: number;
}

/** A stretch of a conversation, oldest first. */
export interface ConversationWindow {
  readonly hits: readonly SearchHit[];
  /** The neighbor before the first hit, if there is one. */
  readonly previous: SearchHit | null;
  /** Of the first hit, or of the place where it would stand; from 1. */
  readonly firstOrdinal: number;
  readonly totalCount: number;
}

/** How many hits up to the key the engine must look back: those wanted, the one at the key, and one more neighbor. */
export function lookBackOf({ key, before }: WindowRequest): number {
  return key === null ? 0 : before + 2;
}

/** Cuts the wanted stretch out of what the engine returned for `lookBackOf` and `after`. The result must have its total. */
export function cutWindow(result: SearchResult, { key, before, isKeyWanted }: WindowRequest): ConversationWindow {
  const { hits, position, total } = result;
  const beforeKey = key === null ? 0 : hits.filter((hit) => compareOldestFirst(hit.key, key) < 0).length;
  const upToKey = key === null ? 0 : hits.filter((hit) => compareOldestFirst(hit.key, key) <= 0).length;
  // a page that ends before the key takes nothing behind it
  const isBefore = before > 0 && !isKeyWanted;
  const start = before > 0 || isKeyWanted ? Math.max(0, beforeKey - before) : upToKey;
  const end = isBefore ? beforeKey : hits.length;
  return { hits: hits.slice(start, end), previous: hits[start - 1] ?? null, firstOrdinal: position! + start + 1, totalCount: total! };
}
