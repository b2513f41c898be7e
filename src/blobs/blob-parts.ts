import { hash } from 'node:crypto';
import type { CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import { discarded, type BlobRecord } from './blob-record.js';
import { ATTEMPTS, type BlobRecords, type KnownBlob } from './blob-records.js';

/** References that one record takes. */
export const RECORD_REFERENCES = 4_096;
/** Parts of one generation, by the first byte of the token's hash. */
const PARTS = 256;

/** Further references to one generation. Closed when its last one goes, and for good: no token is taken any more. */
interface BlobPart {
  readonly isClosed: boolean;
  readonly references: readonly string[];
}

/** Where a part stands: beside the record, but under an id that is none of a hash. */
const PART_ID = /^([0-9a-f]{64})\.[0-9a-f]+\.[0-9a-f]{2}$/;

/** The hash whose references stand in a part; null: the id is not of a part. */
export function sha256OfPart(id: string): string | null {
  return PART_ID.exec(id)?.[1] ?? null;
}

/**
 * References past those that one record takes. No two records can be changed at once, so a generation ends in steps: each part is
 * closed by its own compare-and-set, which lasts; then the record ends it by its own. Tokens of a closed part go to the record.
 */
export class BlobParts {
  /** Generations that were seen split for certain, by hash: they stay so. */
  private readonly split = new Map<string, BlobRecord>();

  constructor(
    private readonly catalog: CatalogStore,
    private readonly records: BlobRecords,
  ) {}

  /** Adds a token where the record is full. Null: it is not, or the part is closed, and the record has to take it. */
  async add(known: KnownBlob, token: string): Promise<BlobRecord | null> {
    if (!known.value.isSplit && !isFull(known.value)) return null;
    const sha256 = known.id;
    const record = this.split.get(sha256) ?? (await this.records.change(sha256, (value) => ({ ...value, isSplit: value.isSplit || isFull(value) }), known)).value;
    if (!record.isSplit) return null;
    this.split.set(sha256, record);
    const isTaken = await this.change(partId(sha256, record, token), ({ isClosed, references }) =>
      isClosed ? null : { isClosed, references: [...references, token] },
    );
    if (isTaken) return record;
    this.split.delete(sha256);
    return null;
  }

  /** Removes tokens from their parts. `record` is split, for certain. */
  async remove(sha256: string, record: BlobRecord, tokens: readonly string[]): Promise<void> {
    for (const token of tokens) {
      await this.change(partId(sha256, record, token), ({ isClosed, references }) => {
        const others = references.filter((one) => one !== token);
        return { isClosed: isClosed || others.length === 0, references: others };
      });
    }
  }

  /** Ends the generation if no part has a reference, nor the record. What it answers stood for certain. */
  async discardUnused(known: KnownBlob): Promise<KnownBlob> {
    const { id: sha256, value: record } = known;
    if (record.references.length > 0) return known;
    for (let part = 0; part < PARTS; part += 1) {
      const isClosed = await this.change(idOf(sha256, record, part), ({ references }) =>
        references.length > 0 ? null : { isClosed: true, references },
      );
      if (!isClosed) return known;
    }
    return this.records.change(sha256, (value) =>
      value.generation === record.generation && value.references.length === 0 ? discarded(value) : value,
    );
  }

  /** By compare-and-set, until it succeeds. False where `next` gave null. */
  private async change(id: string, next: (part: BlobPart) => BlobPart | null): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.catalog.get<BlobPart>('blob', id);
      const part = next(known?.value ?? { isClosed: false, references: [] });
      if (part === null) return false;
      const changed =
        known === null ? await this.catalog.create('blob', id, part) : await this.catalog.replace('blob', id, known.version, part);
      if (changed !== null) return true;
    }
    throw new HoldfastError('ENGINE_BUSY', 'The record of an attachment is being written all the time.');
  }
}

/** Whether a token stands in the record, or in its part; as far as a read can tell. */
export async function hasReference(catalog: CatalogStore, sha256: string, record: BlobRecord, token: string): Promise<boolean> {
  if (record.references.includes(token)) return true;
  if (!record.isSplit) return false;
  const part = await catalog.get<BlobPart>('blob', partId(sha256, record, token));
  return part?.value.references.includes(token) ?? false;
}

/** While bytes are not there yet, one record says all of them. */
function isFull({ state, references }: BlobRecord): boolean {
  return state === 'live' && references.length >= RECORD_REFERENCES;
}

function partId(sha256: string, record: BlobRecord, token: string): string {
  return idOf(sha256, record, Number.parseInt(hash('sha256', token, 'hex').slice(0, 2), 16));
}

function idOf(sha256: string, { generation }: BlobRecord, part: number): string {
  return `${sha256}.${generation!}.${part.toString(16).padStart(2, '0')}`;
}
