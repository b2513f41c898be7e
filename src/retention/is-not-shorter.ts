import { canonicalJson } from '../audit/audit-block.js';
import type { FilterNode } from '../query/ast.js';
import { isAtLeast, parsePeriod } from './period.js';
import { isDeleting, isKeeping, type RetentionPolicy, type RetentionTrigger } from './retention-policy.js';

type Rule = RetentionPolicy | null;

/**
 * Whether, with every other rule as it is, `rule` keeps each message at least as long as `other`; null: there is none. Only what can be
 * proven counts: false also where it is just not clear.
 */
export function isNotShorter(rule: Rule, other: Rule): boolean {
  return keepsAsLong(rule, other) && deletesNoEarlier(rule, other);
}

function keepsAsLong(rule: Rule, other: Rule): boolean {
  if (other === null || !isKeeping(other)) return true;
  return rule !== null && isKeeping(rule) && includes(rule.filter, other.filter) && endsNoEarlier(rule, other);
}

/** A rule of specific scope puts others aside, so that taking it away may shorten too. */
function deletesNoEarlier(rule: Rule, other: Rule): boolean {
  const [deletes, deleted] = [rule, other].map((one) => (one !== null && isDeleting(one) ? one : null)) as [Rule, Rule];
  if (deletes === null) return deleted === null || deleted.scope === 'global';
  if (deleted === null) return false;
  return deletes.scope === deleted.scope && isSame(deletes.filter, deleted.filter) && endsNoEarlier(deletes, deleted);
}

function endsNoEarlier(rule: RetentionPolicy, other: RetentionPolicy): boolean {
  if (rule.until !== null || other.until !== null) return rule.until !== null && other.until !== null && rule.until >= other.until;
  return (
    rule.timeZone === other.timeZone &&
    startsNoEarlier(rule.trigger!, other.trigger!) &&
    isAtLeast(parsePeriod(rule.period!), parsePeriod(other.period!))
  );
}

function startsNoEarlier(trigger: RetentionTrigger, other: RetentionTrigger): boolean {
  if (isSame(trigger, other)) return true;
  if (trigger.kind === 'later') return other.kind === 'sent' || other.kind === 'captured';
  return trigger.kind === 'sent' && other.kind === 'sent' && other.isTrusted;
}

/** Whether the wider filter applies, or may apply, wherever the narrower one does or may. */
export function includes(wider: FilterNode, narrower: FilterNode): boolean {
  if (wider.kind === 'all' || narrower.kind === 'none' || isSame(wider, narrower)) return true;
  if (narrower.kind === 'or') return narrower.nodes.every((node) => includes(wider, node));
  if (wider.kind === 'and') return wider.nodes.every((node) => includes(node, narrower));
  if (wider.kind === 'or' && wider.nodes.some((node) => includes(node, narrower))) return true;
  if (narrower.kind === 'and') return narrower.nodes.some((node) => includes(wider, node));
  if (wider.kind === 'terms' && narrower.kind === 'terms') {
    return wider.field === narrower.field && narrower.values.every((value) => wider.values.includes(value));
  }
  if (wider.kind !== 'range' || narrower.kind !== 'range' || wider.field !== narrower.field) return false;
  return (wider.from ?? -Infinity) <= (narrower.from ?? -Infinity) && (wider.to ?? Infinity) >= (narrower.to ?? Infinity);
}

function isSame(left: unknown, right: unknown): boolean {
  return canonicalJson(left) === canonicalJson(right);
}
