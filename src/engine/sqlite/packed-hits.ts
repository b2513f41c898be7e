import type { PageKey } from '../../query/page.js';
import { decodeDocument } from '../document-codec.js';
import type { SearchHit } from '../search-engine.js';

/** A hit in the search process. */
export interface FoundHit {
  readonly document: Uint8Array;
  readonly key: PageKey;
}

/**
 * The hits of a page on their way out of the search process: the documents still packed, in one piece, and once what all
 * keys have in common. Each buffer and object of a message between processes costs several microseconds on either side.
 */
export interface PackedHits {
  readonly documents: Uint8Array;
  readonly ends: readonly number[];
  /** `ranking`, `order` and `queryHash` of all; null without hits. */
  readonly common: PageKey | null;
  readonly ids: readonly string[];
  readonly sentAts: readonly (number | null)[];
  readonly scores: readonly (number | null)[];
}

export function packHits(hits: readonly FoundHit[]): PackedHits {
  let end = 0;
  return {
    documents: Buffer.concat(hits.map(({ document }) => document)),
    ends: hits.map(({ document }) => (end += document.length)),
    common: hits[0]?.key ?? null,
    ids: hits.map(({ key }) => key.id),
    sentAts: hits.map(({ key }) => key.sentAt),
    scores: hits.map(({ key }) => key.score),
  };
}

export function unpackHits({ documents, ends, common, ids, sentAts, scores }: PackedHits): SearchHit[] {
  return ends.map((end, index) => {
    const { message, raws } = decodeDocument(documents.subarray(ends[index - 1] ?? 0, end));
    const { order, queryHash, ranking } = common!;
    const score = scores[index]!;
    return { message, raws, key: { order, queryHash, id: ids[index]!, sentAt: sentAts[index]!, score, ranking }, score };
  });
}
