import type { CatalogStore } from '../catalog/catalog-store.js';
import { bytesOf } from '../domain/blob-token.js';
import type { AttachmentBytes, Message } from '../domain/message.js';
import { hasReference } from './blob-parts.js';
import { LEGACY_BLOB, type BlobRecord } from './blob-record.js';
import type { BlobStore } from './blob-store.js';

/** `unreferred`: the record of the bytes does not know of the message, so they may be deleted. `missing`: they are not there. */
export type ListedState = 'ok' | 'unreferred' | 'missing';

/** Compares what messages list with the records of the bytes and with the files. Only reads; ask a new one for each batch of messages. */
export class ListedBytes {
  private readonly records = new Map<string, Promise<BlobRecord | null>>();

  constructor(
    private readonly catalog: CatalogStore,
    private readonly store: BlobStore,
  ) {}

  /** The worst state of all bytes of a message. */
  async stateOf(message: Message): Promise<ListedState> {
    let worst: ListedState = 'ok';
    for (const bytes of message.attachments.flatMap(bytesOf)) {
      const state = await this.stateOfBytes(bytes);
      if (state === 'unreferred') return state;
      if (state === 'missing') worst = state;
    }
    return worst;
  }

  private async stateOfBytes({ sha256, token }: AttachmentBytes): Promise<ListedState> {
    const record = (await this.recordOf(sha256)) ?? LEGACY_BLOB;
    const { generation } = record;
    const isThere = generation !== null && (await this.store.has({ sha256, generation }));
    // Earlier versions gave no tokens: a sweep does.
    const isKnown = token === null || (await hasReference(this.catalog, sha256, record, token));
    return !isKnown ? 'unreferred' : isThere ? 'ok' : 'missing';
  }

  private recordOf(sha256: string): Promise<BlobRecord | null> {
    const known = this.records.get(sha256) ?? this.catalog.get<BlobRecord>('blob', sha256).then((record) => record?.value ?? null);
    this.records.set(sha256, known);
    return known;
  }
}
