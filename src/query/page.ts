/** The order of a list. All are total: ties end at the message id. */
export const SORT_ORDERS = ['newest', 'oldest', 'relevance'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/**
 * Where a page ended. By time: the last message's sort key. By relevance: its score as well, and the statistics the
 * list was begun with, so that later pages are scored alike although imports go on.
 */
export interface PageKey {
  readonly order: SortOrder;
  /** Hash of the query; a cursor of another query is refused. */
  readonly queryHash: string;
  readonly id: string;
  readonly sentAt: number | null;
  readonly score: number | null;
  readonly ranking: RankingStatistics | null;
}

/** What scores depend on beside the message itself. */
export interface RankingStatistics {
  /** Messages in the archive when the list was begun. */
  readonly documentCount: number;
  /** Mean length of the folded body in code points. */
  readonly meanLength: number;
  /** For each term of the question, in order, the number of messages that have it. */
  readonly documentCounts: readonly number[];
  /** The engine's own mark of how far the archive went when the list was begun; what came later is left out. */
  readonly watermark: number;
}

/** An opaque cursor for clients. */
export function encodeCursor(key: PageKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The key of a cursor that `encodeCursor` made, or null for anything else. */
export function decodeCursor(cursor: string): PageKey | null {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return isPageKey(key) ? key : null;
  } catch {
    return null;
  }
}

function isPageKey(value: unknown): value is PageKey {
  if (typeof value !== 'object' || value === null) return false;
  const key = value as Record<string, unknown>;
  return (
    SORT_ORDERS.includes(key['order'] as SortOrder) &&
    typeof key['queryHash'] === 'string' &&
    typeof key['id'] === 'string' && /^[0-9a-f]{32}$/.test(key['id']) &&
    (key['sentAt'] === null || Number.isFinite(key['sentAt'])) &&
    (key['score'] === null || Number.isFinite(key['score'])) &&
    (key['ranking'] === null || isRanking(key['ranking']))
  );
}

/** Terms that the statistics of a cursor may hold. */
const MOST_RANK_TERMS = 2_000;

function isRanking(value: unknown): value is RankingStatistics {
  if (typeof value !== 'object' || value === null) return false;
  const ranking = value as Record<string, unknown>;
  const counts = ranking['documentCounts'];
  return (
    [ranking['documentCount'], ranking['meanLength'], ranking['watermark']].every(Number.isFinite) &&
    Array.isArray(counts) && counts.length <= MOST_RANK_TERMS && counts.every(Number.isFinite)
  );
}
