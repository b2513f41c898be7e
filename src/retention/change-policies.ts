import { canonicalJson } from '../audit/audit-block.js';
import { HoldfastError } from '../errors/errors.js';
import { isDeleting, type PolicySet, type RetentionEvent, type RetentionPolicy } from './retention-policy.js';
import { isNotShorter } from './is-not-shorter.js';

/** A rule as a person wants it. */
export type PolicyDraft = Omit<RetentionPolicy, 'state' | 'version'>;

/** One change of the rules. A `set` replaces the rule of the same id, or adds one. */
export type PolicyChange =
  | { readonly kind: 'set'; readonly policy: PolicyDraft }
  | { readonly kind: 'retire'; readonly policyId: string }
  | { readonly kind: 'event'; readonly event: RetentionEvent };

/**
 * The rules after a change, one version later; the same object when it changes nothing. `isForced` passes over what compliance forbids,
 * for simulations. Throws NOT_FOUND, and RETENTION_SHORTENED when a rule in compliance mode would keep anything for a shorter time.
 */
export function changePolicies(set: PolicySet, change: PolicyChange, isForced = false): PolicySet {
  const next = change.kind === 'event' ? changeEvent(set, change.event, isForced) : changePolicy(set, change, isForced);
  if (next === null) return set;
  const version = set.version + 1;
  return { ...next.set, version, lengthenedAt: next.mayLengthen ? version : set.lengthenedAt };
}

interface Changed {
  readonly set: PolicySet;
  /** Not proven to keep nothing longer than before. */
  readonly mayLengthen: boolean;
}

function changePolicy(set: PolicySet, change: Exclude<PolicyChange, { kind: 'event' }>, isForced: boolean): Changed | null {
  const id = change.kind === 'set' ? change.policy.id : change.policyId;
  const known = set.policies.find((policy) => policy.id === id) ?? null;
  if (change.kind === 'retire' && known === null) throw new HoldfastError('NOT_FOUND', `retention policy ${id}`, { id });
  const version = (known?.version ?? 0) + 1;
  const next: RetentionPolicy =
    change.kind === 'set' ? { ...change.policy, state: 'active', version } : { ...known!, state: 'retired', version };
  if (known !== null && canonicalJson({ ...known, version }) === canonicalJson(next)) return null;
  const before = inForce(known);
  const after = inForce(next);
  if (!isForced && before?.mode === 'compliance' && (next.mode !== 'compliance' || !isNotShorter(after, before))) {
    throw new HoldfastError('RETENTION_SHORTENED', '', { policyId: id });
  }
  const others = set.policies.filter((policy) => policy.id !== id);
  return {
    set: { ...set, policies: [...others, next].sort((left, right) => (left.id < right.id ? -1 : 1)) },
    mayLengthen: !isNotShorter(before, after) || (deletes(after) && !deletes(before) && others.some((other) => deletes(inForce(other)))),
  };
}

/** In doubt, a rule that deletes keeps: a further one may keep what others let go. */
function deletes(policy: RetentionPolicy | null): boolean {
  return policy !== null && isDeleting(policy);
}

function inForce(policy: RetentionPolicy | null): RetentionPolicy | null {
  return policy?.state === 'active' ? policy : null;
}

/** What has not happened yet keeps for ever, so naming its time shortens; a later time lengthens. */
function changeEvent(set: PolicySet, event: RetentionEvent, isForced: boolean): Changed | null {
  const known = set.events.find(({ name }) => name === event.name)?.occurredAt ?? null;
  if (known === event.occurredAt) return null;
  const isLater = event.occurredAt === null || (known !== null && event.occurredAt > known);
  if (!isForced && known !== null && !isLater) {
    const bound = set.policies.find(
      ({ mode, state, trigger }) =>
        mode === 'compliance' && state === 'active' && trigger?.kind === 'event' && trigger.event === event.name,
    );
    if (bound !== undefined) throw new HoldfastError('RETENTION_SHORTENED', 'The event would come earlier.', { policyId: bound.id });
  }
  const others = set.events.filter(({ name }) => name !== event.name);
  return { set: { ...set, events: [...others, event].sort((left, right) => (left.name < right.name ? -1 : 1)) }, mayLengthen: isLater };
}
