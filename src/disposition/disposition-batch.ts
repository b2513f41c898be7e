import type { Actor } from '../access/people.js';
import type { BlobToken } from '../domain/blob-token.js';
import type { KeepReason } from '../domain/values.js';
import type { VersionToken } from '../domain/version-token.js';

/** The rule whose period had passed. */
export interface DestroyingRule {
  readonly policyId: string;
  readonly policyVersion: number;
  /** UTC milliseconds: from then on it could be destroyed. */
  readonly expiredAt: number;
}

export interface BatchItem {
  readonly id: string;
  /** What was decided about; nothing else may be erased. */
  readonly version: VersionToken;
  readonly rule: DestroyingRule;
  /** HMAC-SHA-256 (hex) of the stored document under a key of its own, made from the archive's key and the id. */
  readonly commitment: string;
  /** Of the attachments, to be taken away when the message is gone. */
  readonly tokens: readonly BlobToken[];
}

/** A message that stays. */
export interface KeptItem {
  readonly id: string;
  readonly reason: KeepReason;
}

/** Messages of one batch at most: those of one part of a proposal. */
export const BATCH_ITEMS = 1_000;

/** One attempt to destroy some messages. Created before it is claimed, never changed. */
export interface DispositionBatch {
  readonly batchId: string;
  readonly proposalId: string;
  /** The part of the proposal that it is about. */
  readonly chunk: number;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly createdBy: Actor;
  readonly approvedBy: Actor;
  readonly policyVersion: number;
  /** Of the register that was decided by. */
  readonly epoch: number;
  readonly items: readonly BatchItem[];
  /** What of the part did not come into the batch. */
  readonly kept: readonly KeptItem[];
}
