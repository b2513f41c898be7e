import type { Actor } from '../access/people.js';
import type { KeepReason } from '../domain/values.js';

export const PROPOSAL_STATES = ['proposed', 'approved', 'running', 'erased', 'complete', 'rejected', 'expired'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** A message as it was proposed: what changed since is kept. */
export interface ProposedItem {
  readonly id: string;
  readonly version: string;
}

/** Counts by a value, e.g. a rule's id; a message may count under several custodians. */
export type Counts = Readonly<Record<string, number>>;

/** What is to be destroyed, frozen, and how far that is. */
export interface Proposal {
  readonly proposalId: string;
  readonly state: ProposalState;
  readonly proposedBy: Actor;
  /** Null until a second person has agreed. */
  readonly approvedBy: Actor | null;
  /** UTC milliseconds. */
  readonly proposedAt: number;
  readonly approvedAt: number | null;
  /** SHA-256 (hex) over the canonical JSON of the frozen parts, one after the other. */
  readonly setHash: string;
  readonly itemCount: number;
  readonly counts: {
    readonly byRule: Counts;
    /** `2026-01`, by UTC; `undated` never comes up. */
    readonly byMonth: Counts;
    readonly byCustodian: Counts;
  };
  /** Candidates that were found and kept, by reason. */
  readonly kept: Readonly<Partial<Record<KeepReason, number>>>;
  /** Who runs it, once somebody does. */
  readonly ranBy: Actor | null;
  /** The part that is next; the number of parts when all are done. */
  readonly nextChunk: number;
  readonly chunkCount: number;
  /** Every attempt that was made, in order. */
  readonly batchIds: readonly string[];
  /** The backup behind whose restore this destroys again what certificates name: two people had agreed on each of them then. */
  readonly replayOf?: string;
}

/** The frozen items of a part, as they are stored. */
export interface ProposedPart {
  readonly items: readonly ProposedItem[];
}

/** An approval lapses after 30 days. */
export const APPROVAL_MILLISECONDS = 30 * 24 * 60 * 60 * 1_000;

/** Whether two people have agreed to it, not too long ago. `now`: UTC milliseconds. */
export function isApproved({ proposedBy, approvedBy, approvedAt, state, replayOf }: Proposal, now: number): boolean {
  if (approvedBy === null || approvedAt === null || (approvedBy === proposedBy && replayOf === undefined)) return false;
  return state !== 'rejected' && state !== 'expired' && now - approvedAt < APPROVAL_MILLISECONDS;
}

/** The catalog id of a part of the frozen items: `<proposalId>-000001`, … */
export function chunkId(proposalId: string, chunk: number): string {
  return `${proposalId}-${String(chunk + 1).padStart(6, '0')}`;
}
