import type { IndexWriter } from '../engine/index-writer.js';
import { isSameJson } from '../ingest/merge-order.js';
import { olderCopy } from './copy-messages.js';

/**
 * Copies what stands in the place of destroyed messages, so that the archive goes on refusing them. Throws MIGRATION_REFUSED where
 * the target has anything else, such as the message itself in an older copy of the archive.
 */
export async function copyStubs(source: IndexWriter, target: IndexWriter, signal: AbortSignal): Promise<void> {
  for await (const batch of source.readAllStubs()) {
    signal.throwIfAborted();
    const results = await target.createStubs(batch.map(({ id, disposals }) => ({ id, disposals })));
    const taken = batch.filter((_, index) => results[index]!.outcome !== 'written');
    const known = await target.readStubs(taken.map(({ id }) => id));
    const other = taken.find(({ disposals }, index) => !isSameJson(known[index]?.disposals ?? null, disposals));
    if (other !== undefined) throw olderCopy(other.id);
  }
}

/** How many stubs there are. */
export async function countStubs(writer: IndexWriter): Promise<number> {
  let count = 0;
  for await (const batch of writer.readAllStubs()) count += batch.length;
  return count;
}
