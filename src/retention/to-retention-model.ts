import { scopeText } from '../holds/scope-text.js';
import type { ClockState } from './clock-guard.js';
import { describeReason } from './describe-reason.js';
import { findContradictions } from './find-contradictions.js';
import { LocalCalendar } from './local-calendar.js';
import type { PolicySet, RetentionPolicy } from './retention-policy.js';
import type {
  ClockStatus,
  RetentionExplanation,
  RetentionPolicies,
  RetentionPolicyModel,
  RetentionSimulationModel,
  RetentionTerm,
} from './retention.model.js';
import type { Explanation, Simulation } from './retention.service.js';

const DAY = 86_400_000;
/** Custodians that are listed. */
const CUSTODIANS = 100;

/** A rule as the schema shows it. */
export function toPolicyModel({ trigger, ...policy }: RetentionPolicy): RetentionPolicyModel {
  return {
    ...policy,
    filterText: scopeText(policy.filter),
    trigger: trigger?.kind ?? null,
    trustsSentTime: trigger?.kind === 'sent' && trigger.isTrusted,
    event: trigger?.kind === 'event' ? trigger.event : null,
  };
}

/** All rules as the schema shows them. */
export function toPoliciesModel(set: PolicySet): RetentionPolicies {
  return { version: set.version, policies: set.policies.map(toPolicyModel), events: set.events, contradictions: findContradictions(set) };
}

/** An explanation as the schema shows it. */
export function toExplanationModel({
  messageId,
  at,
  isDestroyable,
  decision,
  policies,
  holds,
  reasons,
}: Explanation): RetentionExplanation {
  const { keepUntil, deleteAt, winner } = decision;
  const known = new Map(policies.policies.map((policy) => [policy.id, policy]));
  const terms = decision.terms.map(({ policyId, applies, triggerAt, expiresAt, problem }): RetentionTerm => {
    const policy = known.get(policyId)!;
    return {
      ...{ policy: toPolicyModel(policy), applies, triggerAt, problem, isWinner: policyId === winner },
      triggerDate: triggerAt === null ? null : dateOf(LocalCalendar.of(policy.timeZone).day(triggerAt)),
      expiresAt: expiresAt === 'never' ? null : expiresAt,
    };
  });
  return {
    ...{ messageId, at, isDestroyable, deleteAt, terms, policyVersion: policies.version },
    reasons: reasons.map((reason) => ({ reason, text: describeReason(reason) })),
    keepUntil: keepUntil === 'never' ? null : keepUntil,
    isEndUnknown: keepUntil === 'never',
    holds: holds.map(({ entry: { holdId, matterId, scope }, coverage }) => ({
      ...{ holdId, matterId, scopeText: scopeText(scope), isCertain: coverage === 'yes' },
    })),
  };
}

/** A simulation as the schema shows it. */
export function toSimulationModel({ at, policies, counts }: Simulation): RetentionSimulationModel {
  const known = new Map(policies.policies.map((policy) => [policy.id, policy]));
  const custodians = counts.custodians().map(({ value, count }) => ({ custodianId: value, count }));
  return {
    at,
    becomingCount: counts.becoming,
    heldCount: counts.held,
    beforeCount: counts.before,
    afterCount: counts.after,
    byRule: counts.rules().map(({ value, count }) => ({ policy: toPolicyModel(known.get(value)!), count })),
    byMonth: counts.months(),
    byCustodian: custodians.slice(0, CUSTODIANS),
    otherCustodianCount: Math.max(0, custodians.length - CUSTODIANS),
    withoutCustodianCount: counts.withoutCustodian,
    readCount: counts.read,
  };
}

/** The clock's state as the schema shows it. */
export function toClockModel(state: ClockState | null): ClockStatus {
  const { doubt = null, heartbeatAt = null, acknowledged = null } = state ?? {};
  return {
    isSuspended: doubt !== null,
    doubt: doubt?.kind ?? null,
    doubtFrom: doubt?.from ?? null,
    doubtTo: doubt?.to ?? null,
    seenAt: heartbeatAt,
    acknowledgedBy: acknowledged?.by ?? null,
    acknowledgedAt: acknowledged?.at ?? null,
  };
}

function dateOf(day: number): string {
  const time = new Date(day * DAY).toISOString();
  return time.slice(0, time.indexOf('T'));
}
