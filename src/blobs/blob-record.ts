import { randomBytes } from 'node:crypto';

/** `filling`: bytes are named and may not be there yet. `live`: they are there. `empty`: nobody needs any. */
export type BlobState = 'filling' | 'live' | 'empty';

/**
 * Who needs the bytes of one SHA-256, and where they are: one record of the catalog, whose id is the hash. Changed by compare-and-set
 * alone, never removed.
 */
export interface BlobRecord {
  /** Part of the path of the bytes, random: a path is never used twice. Null exactly when empty. */
  readonly generation: string | null;
  readonly state: BlobState;
  /** Tokens of messages (`domain/blob-token.ts`), or `LEGACY`. */
  readonly references: readonly string[];
  /** Generations whose bytes are to be deleted. */
  readonly trash: readonly string[];
  /** Further references stand in parts of this generation (`blob-parts.ts`), for as long as it lives. */
  readonly isSplit: boolean;
}

/** The one generation of earlier versions, which wrote no tokens. */
export const LEGACY_GENERATION = '1';
/** Stands for all messages that name bytes without a token. */
export const LEGACY = 'legacy';

export const EMPTY_BLOB: BlobRecord = { generation: null, state: 'empty', references: [], trash: [], isSplit: false };
/** What an archive of an earlier version has. */
export const LEGACY_BLOB: BlobRecord = { ...EMPTY_BLOB, generation: LEGACY_GENERATION, state: 'live', references: [LEGACY] };

/** With one more reference; what was empty begins a new generation. */
export function withReference(record: BlobRecord, token: string): BlobRecord & { readonly generation: string } {
  const references = [...record.references, token];
  const { generation } = record;
  return generation === null
    ? { ...record, generation: randomBytes(8).toString('hex'), state: 'filling', references }
    : { ...record, generation, references };
}

/** Without some references. With the last one its bytes go, unless there are parts, which may hold more. */
export function withoutReferences(record: BlobRecord, tokens: ReadonlySet<string>): BlobRecord {
  const references = record.references.filter((token) => !tokens.has(token));
  const next = { ...record, references };
  return references.length === 0 && !record.isSplit ? discarded(next) : next;
}

/** Without bytes: the generation is over. */
export function discarded({ generation, trash }: BlobRecord): BlobRecord {
  return { ...EMPTY_BLOB, trash: generation === null ? trash : [...trash, generation] };
}

/** Whether bytes of this generation may be needed, or are another's to delete. */
export function names({ generation, trash }: BlobRecord, one: string): boolean {
  return generation === one || trash.includes(one);
}
