import type { Viewer } from '../access/viewer.js';
import type { FilterNode } from '../query/ast.js';
import type { ArchiveReader } from './archive-reader.js';
import { recallFacts } from './recall-record.js';

/** What is known only by opening the recalled messages one by one. */
export interface RecallerCounts {
  /** Who recalled how many, the most first. */
  readonly counts: readonly { readonly value: string; readonly count: number }[];
  /** Recalls that do not say by whom. */
  readonly unknownCount: number;
  /** Messages whose content only sources have that did not tell of the recall. */
  readonly answeredElsewhereCount: number;
}

/** Opening more would take longer than an overview may. */
export const MOST_OPENED = 10_000;
const BATCH = 1_000;

/** Null when there are more than `MOST_OPENED` recalls. Throws the engine's errors. */
export async function countRecallers(
  reader: ArchiveReader,
  viewer: Viewer,
  recalled: FilterNode,
  total: number,
): Promise<RecallerCounts | null> {
  if (total > MOST_OPENED) return null;
  const counts = new Map<string, number>();
  let unknownCount = 0;
  let answeredElsewhereCount = 0;
  for await (const hits of reader.read(viewer, recalled, BATCH)) {
    for (const { message } of hits) {
      const { recalledBy, isAnsweredElsewhere } = recallFacts(message);
      if (recalledBy === null) unknownCount += 1;
      else counts.set(recalledBy, (counts.get(recalledBy) ?? 0) + 1);
      if (isAnsweredElsewhere) answeredElsewhereCount += 1;
    }
  }
  const sorted = [...counts].sort(([leftId, left], [rightId, right]) => right - left || (leftId < rightId ? -1 : 1));
  return { counts: sorted.map(([value, count]) => ({ value, count })), unknownCount, answeredElsewhereCount };
}
