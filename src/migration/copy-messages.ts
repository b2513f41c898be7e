import type { StoredMessage } from '../domain/message.js';
import { encodeDocument } from '../engine/document-codec.js';
import type { IndexWriter, PreparedMessage, PutItem } from '../engine/index-writer.js';
import { HoldfastError } from '../errors/errors.js';

/** Batches on their way: one being analyzed, one being written, one being read. */
const IN_FLIGHT = 3;

export interface CopyOptions {
  readonly source: IndexWriter;
  readonly target: IndexWriter;
  readonly prepare: (messages: readonly StoredMessage[]) => Promise<readonly PreparedMessage[]>;
  /** Whether messages of the target that differ are older states of the same archive, and give way. */
  readonly isRepeated: boolean;
  /** Stops behind the batches at hand, throwing its reason. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/**
 * Copies every message, in the order of ids. What the target has already, byte for byte, is passed over. Returns how many were
 * written. Throws MIGRATION_REFUSED for a message that the target holds otherwise, or will not take.
 */
export async function copyMessages(options: CopyOptions): Promise<number> {
  const underway: Promise<number>[] = [];
  let [done, written, isExpected] = [0, 0, options.isRepeated];
  const settleFirst = async (): Promise<void> => void (written += await underway.shift()!);
  try {
    for await (const batch of options.source.readAll()) {
      options.signal.throwIfAborted();
      // An interrupted copy ends somewhere in the order of ids: behind it, looking first is no use.
      const missing = isExpected ? await missingOf(batch, options.target) : batch;
      if (missing.length === batch.length && batch.length > 0) isExpected = false;
      underway.push(copyBatch(missing, options));
      // Each is awaited in its turn; until then its failure is nobody's.
      underway.at(-1)!.catch(() => {});
      if (underway.length >= IN_FLIGHT) await settleFirst();
      options.onProgress((done += batch.length));
    }
    while (underway.length > 0) await settleFirst();
  } finally {
    await Promise.allSettled(underway);
  }
  return written;
}

async function missingOf(batch: readonly StoredMessage[], target: IndexWriter): Promise<readonly StoredMessage[]> {
  const known = await target.readDocuments(batch.map(({ message }) => message.id));
  return batch.filter((stored, index) => !isSameDocument(known[index] ?? null, encodeDocument(stored)));
}

async function copyBatch(batch: readonly StoredMessage[], options: CopyOptions): Promise<number> {
  if (batch.length === 0) return 0;
  const prepared = await options.prepare(batch);
  const taken = await putAll(
    prepared.map((message) => ({ prepared: message, expected: null })),
    options.target,
  );
  return prepared.length - taken.length + (await settleTaken(taken, options));
}

/** Messages whose id the target has: the same is passed over, an older state replaced. Returns how many were replaced. */
async function settleTaken(taken: readonly PreparedMessage[], { target, isRepeated }: CopyOptions): Promise<number> {
  if (taken.length === 0) return 0;
  const known = await target.read(taken.map(({ id }) => id));
  const items = taken.flatMap((prepared, index): PutItem[] => {
    const found = known[index] ?? null;
    if (found !== null && isSameDocument(encodeDocument(found), prepared.document)) return [];
    if (!isRepeated) throw otherwise(prepared.id);
    return [{ prepared, expected: found?.version ?? null }];
  });
  const [changed] = await putAll(items, target);
  if (changed !== undefined) throw otherwise(changed.id);
  return items.length;
}

/** Writes, and returns those that stand at another version. */
async function putAll(items: readonly PutItem[], target: IndexWriter): Promise<readonly PreparedMessage[]> {
  if (items.length === 0) return [];
  const results = await target.put(items);
  return results.flatMap((result, index) => {
    const { prepared } = items[index]!;
    if (result.outcome === 'written') return [];
    if (result.outcome === 'conflict') return [prepared];
    throw new HoldfastError('MIGRATION_REFUSED', `The other engine does not take the message ${prepared.id}.`, { id: prepared.id });
  });
}

function isSameDocument(known: Uint8Array | null, document: Uint8Array): boolean {
  return known !== null && Buffer.compare(known, document) === 0;
}

function otherwise(id: string): HoldfastError {
  return new HoldfastError('MIGRATION_REFUSED', `The target holds the message ${id} otherwise, and not from this archive.`, { id });
}
