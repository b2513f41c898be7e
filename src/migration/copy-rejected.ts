import type { CatalogRecord } from '../catalog/catalog-store.js';
import type { RejectedPlace, RejectedRecordStore } from '../catalog/rejected-record-store.js';
import { isSameJson } from '../ingest/merge-order.js';
import type { ImportRun } from '../ingest/import-run.js';
import { pagesOf } from './copy-catalog.js';
import type { OpenArchive } from './open-archive.js';

const PAGE = 100;

/**
 * Copies what the imports rejected, run by run, and passes over runs that are the same in both; so it comes before the runs
 * themselves are copied. Returns how many records the source has.
 */
export async function copyRejected(source: OpenArchive, target: OpenArchive, signal: AbortSignal): Promise<number> {
  let total = 0;
  for await (const { records } of pagesOf<ImportRun>(source.catalog, 'import-run')) {
    for (const run of records) {
      signal.throwIfAborted();
      const count = await source.rejected.count(run.id, null);
      if (!(await isCopied(run, count, target))) await copyRun(run.id, source.rejected, target.rejected);
      total += count;
    }
  }
  return total;
}

/** How many rejected records the runs of an archive have. */
export async function countRejected({ catalog, rejected }: OpenArchive): Promise<number> {
  let total = 0;
  for await (const { records } of pagesOf(catalog, 'import-run')) {
    for (const { id } of records) total += await rejected.count(id, null);
  }
  return total;
}

async function isCopied(run: CatalogRecord<ImportRun>, count: number, target: OpenArchive): Promise<boolean> {
  const known = await target.catalog.get(run.kind, run.id);
  return known !== null && isSameJson(known.value, run.value) && (await target.rejected.count(run.id, null)) === count;
}

async function copyRun(importRunId: string, source: RejectedRecordStore, target: RejectedRecordStore): Promise<void> {
  for (let after: RejectedPlace | null = null; ;) {
    const records = await source.list(importRunId, { reason: null, after, first: PAGE });
    if (records.length > 0) await target.add(records);
    if (records.length < PAGE) return;
    const { file, ordinal } = records.at(-1)!;
    after = { file, ordinal };
  }
}
