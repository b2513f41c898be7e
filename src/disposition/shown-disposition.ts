import { canonicalHash } from '../audit/audit-block.js';
import { KEEP_REASONS } from '../domain/values.js';
import type { Certificate } from './certificate.js';
import type { DispositionBatchModel, DispositionCount, DispositionModel, ErasureRequestModel, KeptCount, RemovalModel } from './disposition.model.js';
import type { ErasureStatus } from './erasure-requests.service.js';
import { APPROVAL_MILLISECONDS, type Counts, type Proposal } from './proposal.js';
import { removalLines, type Removal } from './removal.js';

/** A proposal as people see it. */
export function shownDisposition(proposal: Proposal, isRunningHere = false): DispositionModel {
  const { proposalId, counts, kept, nextChunk, chunkCount, approvedAt, ...same } = proposal;
  return {
    ...same,
    id: proposalId,
    approvedAt,
    approvalLapsesAt: approvedAt === null ? null : approvedAt + APPROVAL_MILLISECONDS,
    byRule: shownCounts(counts.byRule),
    byMonth: shownCounts(counts.byMonth),
    byCustodian: shownCounts(counts.byCustodian),
    kept: shownKept(kept),
    partsDone: nextChunk,
    partCount: chunkCount,
    isRunningHere,
  };
}

/** A certificate as people see it, with the hash that the audit has. */
export function shownBatch(certificate: Certificate): DispositionBatchModel {
  const kept: Record<string, number> = {};
  for (const { reason } of certificate.kept) kept[reason] = (kept[reason] ?? 0) + 1;
  const { batchId: id, writtenAt, destroyed } = certificate;
  return { id, writtenAt, destroyedCount: destroyed.length, kept: shownKept(kept), hash: canonicalHash(certificate), certificate };
}

/** `now`: UTC milliseconds. */
export function shownRemoval(removal: Removal, now: number): RemovalModel {
  const { removalId: id, startedBy, startedAt, finishedAt, batchIds } = removal;
  return { id, startedBy, startedAt, finishedAt, batchCount: batchIds.length, lines: removalLines(removal, now) };
}

export function shownErasure({ request, ...counted }: ErasureStatus): ErasureRequestModel {
  const { requestId: id, reason, filter, receivedAt, requestedBy } = request;
  return { id, reason, filter, receivedAt, requestedBy, ...counted };
}

function shownCounts(counts: Counts): readonly DispositionCount[] {
  return Object.entries(counts).map(([value, count]) => ({ value, count })).sort((left, right) => (left.value < right.value ? -1 : 1));
}

function shownKept(kept: Readonly<Record<string, number | undefined>>): readonly KeptCount[] {
  return KEEP_REASONS.flatMap((reason) => (kept[reason] === undefined ? [] : [{ reason, count: kept[reason] }]));
}
