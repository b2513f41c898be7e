import type { Actor } from '../access/people.js';
import type { FilterNode } from '../query/ast.js';

/** One clause of a hold as it was asked for; whether it binds, the register tells. */
export interface HoldClause {
  readonly entryId: string;
  readonly scope: FilterNode;
  readonly placedBy: Actor;
  /** UTC milliseconds. */
  readonly placedAt: number;
}

/** A release that one person has asked for. */
export interface ReleaseRequest {
  readonly releaseId: string;
  readonly requestedBy: Actor;
  readonly reason: string;
  /** UTC milliseconds. */
  readonly requestedAt: number;
}

/** What is known of a hold beside the register, also after it is gone. */
export interface HoldRecord {
  readonly holdId: string;
  readonly matterId: string;
  readonly reason: string;
  readonly clauses: readonly HoldClause[];
  /** Not yet agreed to by a second person. */
  readonly request: ReleaseRequest | null;
  /** UTC milliseconds; null while an entry of the register is left, and before the first one came into it. */
  readonly releasedAt: number | null;
}
