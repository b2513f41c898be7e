import type { StoredMessage } from '../../domain/message.js';
import { decodeDocument } from '../document-codec.js';
import { totalOf, type Answer, type Cluster, type QueryBody, type SearchBody, type Snapshot } from './cluster.js';
import type { DocumentPlace } from './message-version.js';

export type Hit = Answer['hits']['hits'][number];

/** Which messages, and what is read of each. */
export interface MessageRange {
  readonly query: QueryBody;
  /** Behind this id; empty: from the first. */
  readonly after: string;
  /** Messages of one batch. */
  readonly size: number;
  readonly body: SearchBody;
}

/** Messages of one state of the index in the order of their ids, batch by batch; each hit tells its version. */
export async function* readById(cluster: Cluster, pit: Snapshot, { query, after, size, body }: MessageRange): AsyncGenerator<readonly Hit[]> {
  for (let last = after; ;) {
    const { hits } = await cluster.search(null, {
      ...body, pit, query, size, sort: [{ id: 'asc' }], seq_no_primary_term: true, ...(last !== '' && { search_after: [last] }),
    });
    if (hits.hits.length > 0) yield hits.hits;
    if (hits.hits.length < size) return;
    last = hits.hits.at(-1)!._id!;
  }
}

/** How many documents of a query one state of the index has. */
export async function countMessages(cluster: Cluster, pit: Snapshot, query: QueryBody): Promise<number> {
  const { hits } = await cluster.search(null, { pit, query, size: 0, track_total_hits: true });
  return totalOf(hits);
}

/** Where a hit stands, as its version tells. */
export function placeOf({ _index: index, _seq_no: sequence, _primary_term: term }: Hit): DocumentPlace {
  return { index, sequence: sequence!, term: term! };
}

/** The bytes that `encodeDocument` made. */
export function documentOf({ document }: { readonly document?: string }): Uint8Array {
  return Buffer.from(document ?? '', 'base64');
}

/** The message of a hit that was read with its `document`. */
export function messageOf(hit: Hit): StoredMessage {
  return decodeDocument(documentOf(hit._source ?? {}));
}
