import type { DispositionCount, DispositionModel, KeptCount } from '../disposition/disposition.model.js';
import { showTable } from './show-table.js';

/** A disposition for people: who, what state, how many, and why others stay. */
export function dispositionText(disposition: DispositionModel): string {
  const { id, state, itemCount, setHash, proposedBy, proposedAt, approvedBy, approvedAt, approvalLapsesAt, ranBy, partsDone, partCount } = disposition;
  return [
    `disposition ${id}: ${state}, ${itemCount} messages`,
    `set hash: ${setHash}`,
    `proposed by ${proposedBy} at ${time(proposedAt)}`,
    approvedAt === null ? 'not approved' : `approved by ${approvedBy} at ${time(approvedAt)}; to be run before ${time(approvalLapsesAt!)}`,
    ...(ranBy === null ? [] : [`run by ${ranBy}: ${partsDone} of ${partCount} parts`]),
    ...countTable('rule', disposition.byRule),
    ...countTable('month', disposition.byMonth),
    ...countTable('custodian', disposition.byCustodian),
    ...keptTable(disposition.kept),
  ].join('\n');
}

/** Why messages are kept, with their numbers. */
export function keptTable(kept: readonly KeptCount[]): string[] {
  return showTable(['kept because of', 'messages'], kept.map(({ reason, count }) => [reason, String(count)]));
}

function countTable(name: string, counts: readonly DispositionCount[]): string[] {
  return showTable([name, 'messages'], counts.map(({ value, count }) => [value, String(count)]));
}

function time(instant: number): string {
  return new Date(instant).toISOString();
}
