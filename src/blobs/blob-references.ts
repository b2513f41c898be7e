import type { FileHandle } from 'node:fs/promises';
import type { CatalogStore } from '../catalog/catalog-store.js';
import { newToken, type BlobToken } from '../domain/blob-token.js';
import { BlobParts } from './blob-parts.js';
import { withoutReferences, withReference, type BlobRecord } from './blob-record.js';
import { BlobRecords, type KnownBlob } from './blob-records.js';
import type { BlobPlace, BlobStore } from './blob-store.js';

/** Each waits for the disk most of the time. */
const RELEASED_AT_ONCE = 64;

/** Opens the file that bytes are copied from, to be closed by the caller; null when it cannot be read any more. */
export type BytesSource = () => Promise<FileHandle | null>;

/** What became of bytes, counted by hash. */
export interface Released {
  /** Nobody else needed them: they are deleted. */
  readonly removed: number;
  /** Others need them. */
  readonly shared: number;
}

/**
 * Who needs which attachment bytes: they live exactly as long as a reference. Every step is one compare-and-set on the record of one
 * hash, and may be repeated. Errors are the catalog's and the file system's; after one, a reference that was asked for may stand, or may
 * yet come to stand: `sweepReferences` finds those that no message lists.
 */
export class BlobReferences {
  private readonly records: BlobRecords;
  private readonly parts: BlobParts;
  /** The latest `add` of each hash, while it is under way. */
  private readonly adding = new Map<string, Promise<unknown>>();

  constructor(
    catalog: CatalogStore,
    private readonly store: BlobStore,
  ) {
    this.records = new BlobRecords(catalog, store);
    this.parts = new BlobParts(catalog, this.records);
  }

  /**
   * Takes a reference for a message, and stores the bytes if they are not there. Read the message before, and write it, naming the token,
   * at the version that was read. If that is refused, release the token and begin again: it is never used twice. Null when the source
   * cannot be read, or has other bytes: then there is no reference.
   */
  async add(sha256: string, messageId: string, source: BytesSource): Promise<string | null> {
    // One after the other, or those of one process would refuse each other.
    const before = this.adding.get(sha256) ?? Promise.resolve();
    const own = before.catch(() => {}).then(() => this.addNow(sha256, messageId, source));
    this.adding.set(sha256, own);
    try {
      return await own;
    } finally {
      if (this.adding.get(sha256) === own) this.adding.delete(sha256);
    }
  }

  /** Takes references away, and with the last one the bytes. Those that are gone already do no harm. */
  async release(tokens: readonly BlobToken[]): Promise<Released> {
    const bySha256 = new Map<string, Set<string>>();
    for (const { sha256, token } of tokens) bySha256.set(sha256, (bySha256.get(sha256) ?? new Set()).add(token));
    const all = [...bySha256];
    let removed = 0;
    for (let from = 0; from < all.length; from += RELEASED_AT_ONCE) {
      const records = await Promise.all(all.slice(from, from + RELEASED_AT_ONCE).map(([sha256, own]) => this.releaseFrom(sha256, own)));
      removed += records.filter(({ state }) => state === 'empty').length;
    }
    return { removed, shared: all.length - removed };
  }

  /** Finishes what was begun on the bytes of one hash by somebody who died. What it answers stood for certain. */
  tidy(sha256: string): Promise<BlobRecord> {
    return this.releaseFrom(sha256, new Set());
  }

  private async addNow(sha256: string, messageId: string, source: BytesSource): Promise<string | null> {
    const token = newToken(messageId);
    const { generation, state } = await this.name(sha256, token);
    const place = { sha256, generation: generation! };
    if (state === 'live' && (await this.store.has(place))) return token;
    if (await this.fill(place, source)) return token;
    await this.release([{ sha256, token }]);
    return null;
  }

  /** Bytes are named before they exist: whatever no record names may be deleted at any time. */
  private async name(sha256: string, token: string): Promise<BlobRecord> {
    const known = await this.records.read(sha256);
    const inPart = await this.parts.add(known, token);
    return inPart ?? (await this.records.change(sha256, (record) => withReference(record, token), known)).value;
  }

  private async fill(place: BlobPlace, source: BytesSource): Promise<boolean> {
    const file = await source();
    if (file === null) return false;
    try {
      if (!(await this.store.put(place, file))) return false;
    } finally {
      await file.close();
    }
    const { value } = await this.records.change(place.sha256, (record) =>
      record.generation === place.generation ? { ...record, state: 'live' as const } : record,
    );
    // The reference was taken for an orphan's: the path is dead.
    if (value.generation !== place.generation) await this.store.remove(place);
    return true;
  }

  private async releaseFrom(sha256: string, tokens: ReadonlySet<string>): Promise<BlobRecord> {
    let elsewhere: readonly string[] = [];
    let known: KnownBlob = await this.records.change(sha256, (record) => {
      const own = new Set(record.references);
      elsewhere = [...tokens].filter((token) => !own.has(token));
      return withoutReferences(record, tokens);
    });
    if (known.value.isSplit) {
      await this.parts.remove(sha256, known.value, elsewhere);
      known = await this.parts.discardUnused(known);
    }
    return this.deleteTrash(known);
  }

  /** `known` stood for certain, so what is in its trash was discarded. */
  private async deleteTrash({ id: sha256, value }: KnownBlob): Promise<BlobRecord> {
    if (value.trash.length === 0) return value;
    for (const generation of value.trash) await this.store.remove({ sha256, generation });
    const isLeft = (generation: string): boolean => !value.trash.includes(generation);
    return (await this.records.change(sha256, (record) => ({ ...record, trash: record.trash.filter(isLeft) }))).value;
  }
}
