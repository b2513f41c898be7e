import { createHash } from 'node:crypto';
import type { IndexWriter } from '../engine/index-writer.js';
import { contentOf } from './merge-message.js';
import { canonicalJson } from './merge-order.js';

/**
 * SHA-256 (hex) over the canonical JSON of every message with its raw records, one a line, in the order of ids: the same for the
 * same records however they came in. Left out is what tells of the way: import runs, and where in which file a record stood.
 */
export async function archiveDigest(writer: Pick<IndexWriter, 'readAll'>): Promise<string> {
  const digest = createHash('sha256');
  for await (const batch of writer.readAll()) {
    for (const stored of batch) digest.update(`${canonicalJson(contentOf(stored))}\n`);
  }
  return digest.digest('hex');
}
