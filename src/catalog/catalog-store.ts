import type { VersionToken } from '../domain/version-token.js';

/** The families of small records. */
export const CATALOG_KINDS = [
  'import-run', 'audit-block', 'archive-state', 'hold-register', 'hold', 'matter', 'retention', 'disposition', 'disposition-items',
  'disposition-batch', 'disposition-certificate', 'blob', 'clock', 'deferred-erasure', 'removal', 'checkpoint', 'backup',
  'audit-segment',
] as const;
export type CatalogKind = (typeof CATALOG_KINDS)[number];

export interface CatalogRecord<Value> {
  readonly kind: CatalogKind;
  readonly id: string;
  readonly version: VersionToken;
  readonly value: Value;
}

/**
 * Small records (import runs, audit blocks, holds, policies, matters, batches of disposition). Single-record create and compare-and-set
 * only: nothing here spans two records. Values are JSON. Ids sort as strings.
 */
export abstract class CatalogStore {
  /** The new record, or null when the id exists. */
  abstract create<Value>(kind: CatalogKind, id: string, value: Value): Promise<CatalogRecord<Value> | null>;

  abstract get<Value>(kind: CatalogKind, id: string): Promise<CatalogRecord<Value> | null>;

  /** By id, upwards or downwards, beginning after `after`. */
  abstract list<Value>(
    kind: CatalogKind, page: { readonly after?: string; readonly first: number; readonly order?: 'up' | 'down' },
  ): Promise<readonly CatalogRecord<Value>[]>;

  /**
   * The record at its new version, or null when it no longer stands at `version`; after a lost answer that may be so because this very
   * change was made, and another one behind it.
   */
  abstract replace<Value>(kind: CatalogKind, id: string, version: VersionToken, value: Value): Promise<CatalogRecord<Value> | null>;

  abstract close(): Promise<void>;
}
