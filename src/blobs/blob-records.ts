import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import { EMPTY_BLOB, LEGACY_BLOB, LEGACY_GENERATION, type BlobRecord } from './blob-record.js';
import type { BlobStore } from './blob-store.js';

/** Refused by others that change the same record meanwhile, so often, it is no longer chance. */
export const ATTEMPTS = 1_000;

export type KnownBlob<Record extends BlobRecord = BlobRecord> = CatalogRecord<Record>;

/** The records of all bytes. Errors are the catalog's: after one, what was asked for may have been done, or may yet be. */
export class BlobRecords {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly store: BlobStore,
  ) {}

  /** What may stand; made where there is none, so that it can be compared and set. */
  async read(sha256: string): Promise<KnownBlob> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.catalog.get<BlobRecord>('blob', sha256);
      if (known !== null) return known;
      // Nobody makes bytes of this generation any more, and nobody deletes them while there is no record.
      const isLegacy = await this.store.has({ sha256, generation: LEGACY_GENERATION });
      const created = await this.catalog.create('blob', sha256, isLegacy ? LEGACY_BLOB : EMPTY_BLOB);
      if (created !== null) return created;
    }
    throw new HoldfastError('ENGINE_BUSY', 'The record of an attachment is being written all the time.');
  }

  /**
   * Changes a record by compare-and-set, reading again until it succeeds; what it answers stood for certain. A change that changes
   * nothing is the proof that nothing else stood. `known`: what was read just now.
   */
  async change<Next extends BlobRecord>(sha256: string, next: (record: BlobRecord) => Next, known?: KnownBlob): Promise<KnownBlob<Next>> {
    let { version, value } = known ?? (await this.read(sha256));
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const changed = await this.catalog.replace('blob', sha256, version, next(value));
      if (changed !== null) return changed;
      ({ version, value } = await this.read(sha256));
    }
    throw new HoldfastError('ENGINE_BUSY', 'The record of an attachment is being written all the time.');
  }
}
