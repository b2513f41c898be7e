import type { KeepReason } from '../domain/values.js';
import { covers, type Coverage } from '../holds/covers.js';
import { LocalCalendar } from './local-calendar.js';
import { parsePeriod } from './period.js';
import type { RetentionFacts } from './retention-facts.js';
import { eventTime, isDeleting, isKeeping, type PolicySet, type RetentionPolicy, type RetentionTrigger } from './retention-policy.js';

const DAY = 86_400_000;
/** Before 2011 none of the platforms had chats to archive: an earlier time is forged, or a mistake. UTC milliseconds. */
export const EARLIEST_SENT = Date.UTC(2011, 0, 1);

export type TermProblem = Extract<KeepReason, 'event_pending' | 'undated' | 'rule_unreadable'>;

/** What one rule says about one message. Times are UTC milliseconds. */
export interface DecisionTerm {
  readonly policyId: string;
  readonly policyVersion: number;
  /** Whether the rule applies; `unknown` keeps. */
  readonly applies: Coverage;
  /** What its period is counted from; null where there is no period, or the time is not known. */
  readonly triggerAt: number | null;
  /** From when on the rule no longer keeps the message, and lets it go if it deletes; `never`: not known. Null where it does not apply. */
  readonly expiresAt: number | 'never' | null;
  /** Why it is not known. */
  readonly problem: TermProblem | null;
}

/** The version of a rule by which a message may go. */
export interface DecidingRule {
  readonly policyId: string;
  readonly policyVersion: number;
  /** UTC milliseconds. */
  readonly expiredAt: number;
}

/** Whether rules let a message go; holds are not looked at. Times are UTC milliseconds. */
export interface RetentionDecision {
  readonly eligible: boolean;
  /** Until when rules keep it; `never`: there is no end, or it is not known; null: none keeps it. */
  readonly keepUntil: number | 'never' | null;
  /** From when on the rules that delete let it go; null: none does. */
  readonly deleteAt: number | null;
  /** The rule that deletes it; null while it is not eligible. */
  readonly rule: DecidingRule | null;
  /** The rule that decided: the one that keeps it longest, or lets it go. Null where no rule decides. */
  readonly winner: string | null;
  /** Of every active rule. */
  readonly terms: readonly DecisionTerm[];
  /** Every reason why rules keep it; none exactly when it is eligible. */
  readonly reasons: readonly KeepReason[];
}

/**
 * Decides by the rules as they stand, at a time: the longest wins, and whatever is not known keeps. Pure: the order of the rules makes no
 * difference, a further rule that retains never makes a message eligible, and what is eligible stays so as time passes.
 */
export function decideRetention(set: PolicySet, facts: RetentionFacts, now: number): RetentionDecision {
  const weighed = weigh(set, facts);
  const { terms, doubtful, keeper, deleter } = weighed;
  const isDoubtful = doubtful.length > 0 || !isTimeBelievable(facts, now);
  const goesAt = deleter === null ? null : Math.max(deleter.at, keeper?.at ?? deleter.at);
  const eligible = !isDoubtful && goesAt !== null && now >= goesAt;
  return {
    eligible,
    keepUntil: isDoubtful ? 'never' : (keeper?.at ?? null),
    deleteAt: deleter?.at ?? null,
    rule: eligible ? { policyId: deleter!.policy.id, policyVersion: deleter!.policy.version, expiredAt: goesAt } : null,
    winner: (eligible ? deleter!.policy : longest(weighed))?.id ?? null,
    terms,
    reasons: reasonsToKeep(weighed, facts, now),
  };
}

/** What the rules in force say together. */
interface Weighed {
  readonly terms: readonly DecisionTerm[];
  /** Rules that apply, or may, without a known end. */
  readonly doubtful: readonly { readonly policy: RetentionPolicy; readonly problem: TermProblem }[];
  /** The rule that keeps the message longest. */
  readonly keeper: Dated | null;
  /** The rule that lets it go first, among those of specific scope if there is one. */
  readonly deleter: Dated | null;
}

interface Dated {
  readonly policy: RetentionPolicy;
  /** UTC milliseconds. */
  readonly at: number;
}

function weigh(set: PolicySet, facts: RetentionFacts): Weighed {
  const active = set.policies.filter(({ state }) => state === 'active').sort((left, right) => (left.id < right.id ? -1 : 1));
  const all = active.map((policy) => ({ policy, term: termOf(policy, set, facts) }));
  const dated = all.flatMap(({ policy, term: { expiresAt } }) => (typeof expiresAt === 'number' ? [{ policy, at: expiresAt }] : []));
  const deleting = dated.filter(({ policy }) => isDeleting(policy));
  const specific = deleting.filter(({ policy }) => policy.scope === 'specific');
  return {
    terms: all.map(({ term }) => term),
    doubtful: all.flatMap(({ policy, term: { problem } }) => (problem === null ? [] : [{ policy, problem }])),
    keeper: extreme(
      dated.filter(({ policy }) => isKeeping(policy)),
      (at, other) => at > other,
    ),
    deleter: extreme(specific.length > 0 ? specific : deleting, (at, other) => at < other),
  };
}

/** The rule that keeps the message: one without a known end, or the one that ends last. */
function longest({ doubtful, keeper, deleter }: Weighed): RetentionPolicy | null {
  if (doubtful.length > 0) return doubtful[0]!.policy;
  if (keeper === null || deleter === null) return (keeper ?? deleter)?.policy ?? null;
  return keeper.at >= deleter.at ? keeper.policy : deleter.policy;
}

function reasonsToKeep({ doubtful, keeper, deleter }: Weighed, facts: RetentionFacts, now: number): readonly KeepReason[] {
  const reasons = new Set<KeepReason>(isTimeBelievable(facts, now) ? [] : ['undated']);
  for (const { problem } of doubtful) reasons.add(problem);
  if (deleter === null && doubtful.length === 0) reasons.add('no_rule');
  if ([keeper, deleter].some((rule) => rule !== null && rule.at > now)) reasons.add('policy');
  return [...reasons];
}

/** Whether the time of sending is known and can be true. */
export function isTimeBelievable({ values: { sentAt, dateState } }: RetentionFacts, now: number): boolean {
  return sentAt !== null && sentAt >= EARLIEST_SENT && sentAt <= now && dateState !== 'undated' && dateState !== 'future';
}

function termOf(policy: RetentionPolicy, set: PolicySet, facts: RetentionFacts): DecisionTerm {
  const { id: policyId, version: policyVersion } = policy;
  const unreadable = { policyId, policyVersion, triggerAt: null, expiresAt: 'never', problem: 'rule_unreadable' } as const;
  try {
    const applies = covers(policy.filter, facts.values);
    if (applies === 'no') return { policyId, policyVersion, applies, triggerAt: null, expiresAt: null, problem: null };
    if (applies === 'unknown') return { ...unreadable, applies };
    if (policy.until !== null) return { policyId, policyVersion, applies, triggerAt: null, expiresAt: policy.until, problem: null };
    const triggerAt = triggerTime(policy.trigger!, set, facts);
    if (triggerAt === null) return { ...unreadable, applies, problem: problemOf(policy.trigger!, facts) };
    const expiresAt = LocalCalendar.of(policy.timeZone).expiry(triggerAt, parsePeriod(policy.period!));
    if (!Number.isFinite(expiresAt)) return { ...unreadable, applies };
    return { policyId, policyVersion, applies, triggerAt, expiresAt, problem: null };
  } catch {
    // A rule that cannot be carried out must not read as one that does not apply.
    return { ...unreadable, applies: 'unknown' };
  }
}

/** UTC milliseconds; null when it is not known. */
function triggerTime(trigger: RetentionTrigger, set: PolicySet, { values, capturedAt, editedAt }: RetentionFacts): number | null {
  if (trigger.kind === 'event') return eventTime(set, trigger.event);
  if (trigger.kind === 'captured') return capturedAt;
  const { sentAt, dateState } = values;
  if (sentAt === null) return null;
  const isNear = trigger.kind === 'sent' && (trigger.isTrusted || (capturedAt !== null && Math.abs(sentAt - capturedAt) <= DAY));
  const usesCapture = !(isNear && dateState === 'exact') || editedAt === 'unknown';
  if (usesCapture && capturedAt === null) return null;
  return Math.max(sentAt, ...(usesCapture ? [capturedAt!] : []), ...(typeof editedAt === 'number' ? [editedAt] : []));
}

/** Why the time that a rule counts from is not known. */
function problemOf({ kind }: RetentionTrigger, { values: { sentAt } }: RetentionFacts): TermProblem {
  if (kind === 'event') return 'event_pending';
  return kind !== 'captured' && sentAt === null ? 'undated' : 'rule_unreadable';
}

/** The first, by id, that no other passes. */
function extreme(rules: readonly Dated[], passes: (at: number, other: number) => boolean): Dated | null {
  return rules.reduce<Dated | null>((found, rule) => (found === null || passes(rule.at, found.at) ? rule : found), null);
}
