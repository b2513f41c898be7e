import type { AuditLog } from '../audit/audit-log.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { BlobToken } from '../domain/blob-token.js';
import type { Clock } from '../domain/clock.js';
import type { StoredMessage } from '../domain/message.js';
import type { IndexEraser } from '../engine/index-eraser.js';
import type { RegisterStore } from '../holds/register-store.js';
import type { SettleTools } from '../holds/settle.js';
import type { FilterNode } from '../query/ast.js';
import type { RetentionDecision } from '../retention/decide-retention.js';

/** The retention rules of one moment. */
export interface Rules {
  /** As the register names it. */
  readonly policyVersion: number;
  /** Every message that one of them may let go satisfies it. */
  readonly candidates: FilterNode;
  /** One decision per message, in order. `now`: UTC milliseconds. */
  decide(messages: readonly StoredMessage[], now: number): Promise<readonly RetentionDecision[]>;
}

/** Reads the rules, in real time. */
export interface RuleReader {
  read(): Promise<Rules>;
}

/** Takes references to attachment bytes away; again does no harm. */
export interface BlobRelease {
  release(tokens: readonly BlobToken[]): Promise<{ readonly removed: number; readonly shared: number }>;
}

/** Says what was destroyed without saying it: HMAC-SHA-256, hex, of a stored message under a key of its own. */
export type Commit = (stored: StoredMessage) => string;

/** Everything the destroying of messages uses. Nothing of it is remembered between two calls. */
export interface DisposalTools extends SettleTools {
  readonly registers: RegisterStore;
  readonly catalog: CatalogStore;
  readonly eraser: IndexEraser;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  /** UTC milliseconds; throws while the clock cannot be trusted with a decision to destroy. */
  readonly trustedNow: () => Promise<number>;
  readonly rules: RuleReader;
  readonly blobs: BlobRelease;
  readonly commit: Commit;
  /** What was destroyed since a backup is destroyed again behind its restore, for which alone disposition is suspended. */
  readonly isReplay?: true;
}
