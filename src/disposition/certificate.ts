import type { DestroyingRule, KeptItem } from './disposition-batch.js';

export interface DestroyedItem {
  readonly id: string;
  readonly rule: DestroyingRule;
  /** HMAC-SHA-256, hex: of what was destroyed (`disposition-batch.ts`). */
  readonly commitment: string;
}

/** What became of a batch, whole and final: its id is the batch's, and there is never a second one. */
export interface Certificate {
  readonly batchId: string;
  readonly proposalId: string;
  /** UTC milliseconds. */
  readonly writtenAt: number;
  readonly destroyed: readonly DestroyedItem[];
  /** With what never came into the batch. */
  readonly kept: readonly KeptItem[];
  /** References to attachment bytes: `removed` were the last, `shared` left others. */
  readonly blobs: { readonly removed: number; readonly shared: number };
}
