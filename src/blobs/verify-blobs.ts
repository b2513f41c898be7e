import type { CatalogStore } from '../catalog/catalog-store.js';
import type { IndexWriter } from '../engine/index-writer.js';
import type { BlobStore } from './blob-store.js';
import { ListedBytes, type ListedState } from './listed-bytes.js';

/** Problems that a report names. */
const NAMED = 1_000;

export interface BlobsReport {
  /** Messages that were asked for their attachments. */
  readonly messages: number;
  /** Files that were read and hashed, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** `id`: of a message that lists bytes, or a SHA-256 whose bytes are others. At most 1,000. */
  readonly problems: readonly { readonly id: string; readonly problem: string }[];
}

const PROBLEMS: Readonly<Record<Exclude<ListedState, 'ok'>, string>> = {
  unreferred: 'the record of its attachment does not know of it',
  missing: 'the bytes of its attachment are not there',
};

/**
 * Reads all attachment bytes again: whether every message finds its own, is known to need them, and whether they still have their hash.
 * Yields how many files were read, and of how many; returns the report. Changes nothing.
 */
export async function* verifyBlobs(
  { writer, catalog, store }: { readonly writer: IndexWriter; readonly catalog: CatalogStore; readonly store: BlobStore },
): AsyncGenerator<{ readonly done: number; readonly total: number }, BlobsReport> {
  const problems: { id: string; problem: string }[] = [];
  const note = (id: string, problem: string): void => void (problems.length < NAMED && problems.push({ id, problem }));
  let [messages, files, bytes, total] = [0, 0, 0, 0];
  for await (const batch of writer.readAll()) {
    const listed = new ListedBytes(catalog, store);
    for (const { message } of batch) {
      const state = message.attachments.length === 0 ? 'ok' : await listed.stateOf(message);
      if (state !== 'ok') note(message.id, PROBLEMS[state]);
    }
    messages += batch.length;
  }
  for await (const _place of store.places()) total += 1;
  for await (const place of store.places()) {
    const found = await store.hash(place);
    // Deleted meanwhile, or not readable: whoever needs it was told of above.
    if (found === null) continue;
    if (found.sha256 !== place.sha256) note(place.sha256, 'its bytes are not what was stored');
    bytes += found.size;
    yield { done: (files += 1), total };
  }
  return { messages, files, bytes, problems };
}
