import type { StoredMessage } from '../domain/message.js';
import { encodeDocument } from '../engine/document-codec.js';
import type { IndexWriter, KeptMessage, PreparedMessage, PutItem, Stub } from '../engine/index-writer.js';
import { disposalsOf, readStanding } from '../engine/standing.js';
import { HoldfastError } from '../errors/errors.js';
import { isSameJson } from '../ingest/merge-order.js';

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

async function missingOf(batch: readonly KeptMessage[], target: IndexWriter): Promise<readonly KeptMessage[]> {
  const known = await target.readDocuments(batch.map(({ message }) => message.id));
  return batch.filter((stored, index) => !isSameDocument(known[index] ?? null, encodeDocument(stored)));
}

async function copyBatch(batch: readonly KeptMessage[], options: CopyOptions): Promise<number> {
  if (batch.length === 0) return 0;
  const prepared = await options.prepare(batch);
  const beneath = await layStubs(batch, options.target);
  const items = prepared.map((message): PutItem => {
    const stub = beneath.get(message.id) ?? null;
    return stub === null ? { prepared: message, expected: null } : { prepared: message, expected: stub.version, disposals: stub.disposals };
  });
  const taken = await putAll(items, options.target);
  return prepared.length - taken.length + (await settleTaken(taken, options));
}

/** What messages were imported again over: without it their past would be lost. By id, where nothing else stands yet. */
async function layStubs(batch: readonly KeptMessage[], target: IndexWriter): Promise<ReadonlyMap<string, Stub>> {
  const stubs = batch.flatMap(({ message: { id }, disposals }) => (disposals.length === 0 ? [] : [{ id, disposals }]));
  if (stubs.length === 0) return new Map();
  await target.createStubs(stubs);
  const standing = await readStanding(target, stubs.map(({ id }) => id));
  const other = standing.find((found, index) => !isSameJson(disposalsOf(found), stubs[index]!.disposals));
  if (other !== undefined) throw olderCopy(other.id);
  return new Map(standing.flatMap((found) => (found.kind === 'stub' ? [[found.id, found.stub] as const] : [])));
}

/** Messages whose id the target has: the same is passed over, an older state replaced. Returns how many were replaced. */
async function settleTaken(taken: readonly PreparedMessage[], { target, isRepeated }: CopyOptions): Promise<number> {
  if (taken.length === 0) return 0;
  const known = await target.read(taken.map(({ id }) => id));
  const items = taken.flatMap((prepared, index): PutItem[] => {
    const found = known[index] ?? null;
    if (found !== null && isSameDocument(encodeDocument(found), prepared.document)) return [];
    if (!isRepeated) throw otherwise(prepared.id);
    return [{ prepared, expected: found?.version ?? null, disposals: found?.disposals ?? [] }];
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

/** The target does not know of a destruction. */
export function olderCopy(id: string): HoldfastError {
  const detail = `The target does not know that ${id} was destroyed: it holds an older copy. Move into an empty one.`;
  return new HoldfastError('MIGRATION_REFUSED', detail, { id });
}

function otherwise(id: string): HoldfastError {
  return new HoldfastError('MIGRATION_REFUSED', `The target holds the message ${id} otherwise, and not from this archive.`, { id });
}
