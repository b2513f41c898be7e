import type {
  RetentionExplanation,
  RetentionPolicies,
  RetentionPolicyModel,
  RetentionSimulationModel,
  RetentionTerm,
} from '../retention/retention.model.js';
import { showTable } from './show-table.js';

/** All policies, for a terminal. */
export function policiesText({ policies, events, contradictions }: RetentionPolicies): string {
  if (policies.length === 0) return 'There is no retention policy: everything is kept.';
  const rows = policies.map((policy) => [
    policy.id,
    policy.name,
    policy.state,
    policy.action,
    lengthText(policy),
    policy.scope,
    policy.mode,
    policy.filterText,
  ]);
  return [
    ...showTable(['policy', 'name', 'state', 'action', 'for', 'scope', 'mode', 'messages'], rows),
    ...showTable(
      ['event', 'happened'],
      events.map(({ name, occurredAt }) => [name, time(occurredAt)]),
    ),
    ...contradictions.map(
      ({ deletingPolicyId, keepingPolicyId }) =>
        `\n${keepingPolicyId} keeps what ${deletingPolicyId} deletes: where both apply, the longer one wins`,
    ),
  ]
    .join('\n')
    .trimStart();
}

/** Why a message may go or not, for a terminal. */
export function explanationText({ messageId, at, isDestroyable, reasons, terms, holds }: RetentionExplanation): string {
  return [
    `${messageId} at ${time(at)}: ${isDestroyable ? 'may be destroyed' : 'is kept'}`,
    ...reasons.map(({ reason, text }) => `  ${reason}: ${text}`),
    ...showTable(['policy', 'name', 'action', 'for', 'applies', 'counted from', 'over at', 'decides'], terms.map(termRow)),
    ...showTable(
      ['hold', 'matter', 'scope', 'covers'],
      holds.map(({ holdId, matterId, scopeText, isCertain }) => [holdId, matterId, scopeText, isCertain ? 'yes' : 'unknown']),
    ),
  ].join('\n');
}

function termRow({ policy, applies, triggerDate, expiresAt, problem, isWinner }: RetentionTerm): string[] {
  const over = applies === 'no' ? '-' : (problem ?? time(expiresAt));
  return [policy.id, policy.name, policy.action, lengthText(policy), applies, triggerDate ?? '-', over, isWinner ? 'yes' : ''];
}

/** What a change would make destroyable, for a terminal. `timeZone`: where its months begin. */
export function simulationText(simulation: RetentionSimulationModel, timeZone: string): string {
  const month = new Intl.DateTimeFormat('sv', { timeZone, year: 'numeric', month: '2-digit' });
  const {
    at,
    becomingCount,
    heldCount,
    beforeCount,
    afterCount,
    byRule,
    byMonth,
    byCustodian,
    otherCustodianCount,
    withoutCustodianCount,
  } = simulation;
  return [
    `at ${time(at)}: ${becomingCount} messages would become destroyable; holds keep ${heldCount} more`,
    `destroyable before: ${beforeCount}, after: ${afterCount}`,
    ...showTable(
      ['policy', 'name', 'messages'],
      byRule.map(({ policy, count }) => [policy.id, policy.name, String(count)]),
    ),
    ...showTable(
      ['month', 'messages'],
      byMonth.map(({ start, count }) => [month.format(start), String(count)]),
    ),
    ...showTable(
      ['custodian', 'messages'],
      byCustodian.map(({ custodianId, count }) => [custodianId, String(count)]),
    ),
    ...(otherCustodianCount > 0 ? [`further custodians: ${otherCustodianCount}`] : []),
    ...(withoutCustodianCount > 0 ? [`without a custodian: ${withoutCustodianCount}`] : []),
  ].join('\n');
}

function lengthText({ period, until, trigger, event, timeZone }: RetentionPolicyModel): string {
  return period === null ? `until ${time(until)}` : `${period} from ${trigger === 'event' ? event : trigger}, ${timeZone}`;
}

function time(instant: number | null): string {
  return instant === null ? '-' : new Date(instant).toISOString();
}
