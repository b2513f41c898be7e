import type { FilterNode } from '../query/ast.js';

/** `PLACING` of the protocol and the states after it; every one of them binds. */
export const HOLD_STATES = ['placing', 'active', 'release_pending'] as const;
export type HoldState = (typeof HOLD_STATES)[number];

/** A release that two people have agreed on, and that waits for its time. */
export interface PendingRelease {
  readonly releaseId: string;
  /** Ids of people. */
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly reason: string;
  /** UTC milliseconds; until then the entry binds. */
  readonly until: number;
}

/** One clause of a hold: what stands under it may not be destroyed, whenever it arrived. */
export interface HoldEntry {
  readonly entryId: string;
  readonly holdId: string;
  readonly matterId: string;
  /** Facts of the message alone; it is never narrowed. */
  readonly scope: FilterNode;
  readonly state: HoldState;
  /** The register's epoch since when no new claim can include what it covers. */
  readonly placedAtEpoch: number;
  /** Set in the state `release_pending`, and only there. */
  readonly release: PendingRelease | null;
}

/** A batch that may be destroying its items now. It goes only when each of them is settled and its certificate exists. */
export interface Claim {
  readonly batchId: string;
  readonly claimedAtEpoch: number;
}

/** The one record that decides what may be destroyed. Changed by compare-and-set alone (`register-store.ts`). */
export interface HoldRegister {
  /** +1 with each change. */
  readonly epoch: number;
  /** Renewed by every restore. */
  readonly incarnation: string;
  /** The version that the policies must at least have to be decided by. */
  readonly policyVersion: number;
  /** Set after a restore and when something does not agree: nothing is destroyed until a person has acknowledged it. `since`: UTC milliseconds. */
  readonly suspended: { readonly reason: string; readonly since: number } | null;
  /** The archive is being written anew: nothing is claimed meanwhile. `by`: the command, to be run again should it be killed. `since`: UTC milliseconds. */
  readonly rebuilding: { readonly by: string; readonly since: number } | null;
  readonly entries: readonly HoldEntry[];
  readonly claims: readonly Claim[];
}

/** Why disposition is suspended behind a restore. */
export const RESTORED = 'restored';

/** How the command begins that moves an archive to another engine. */
export const MOVE_COMMAND = 'engine migrate';

/** Whether the register is on its way to another engine, or was moved there: here it changes no more. */
export function isBeingMoved({ rebuilding }: Pick<HoldRegister, 'rebuilding'>): boolean {
  return rebuilding !== null && rebuilding.by.startsWith(MOVE_COMMAND);
}
