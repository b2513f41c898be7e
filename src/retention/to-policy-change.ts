import { newRecordId } from '../domain/record-id.js';
import { HoldfastError } from '../errors/errors.js';
import { toFilter, type FilterParameters } from '../filter/to-filter.js';
import type { PolicyChange, PolicyDraft } from './change-policies.js';
import { checkEvent, checkPolicy } from './check-policy.js';
import type { RetentionPolicy, RetentionTrigger, TriggerKind } from './retention-policy.js';

/** A rule as callers write it; null and undefined mean "not given". */
export interface PolicyParameters extends Pick<RetentionPolicy, 'name' | 'action' | 'timeZone' | 'mode' | 'scope'> {
  readonly id?: string | null;
  readonly filter?: FilterParameters | null;
  readonly appliesToAll: boolean;
  readonly period?: string | null;
  /** UTC milliseconds. */
  readonly until?: number | null;
  readonly trigger?: TriggerKind | null;
  readonly trustsSentTime: boolean;
  readonly event?: string | null;
}

export interface EventParameters {
  readonly name: string;
  /** UTC milliseconds. */
  readonly occurredAt?: number | null;
}

/** One change as callers write it. */
export interface ChangeParameters {
  readonly set?: PolicyParameters | null;
  readonly retire?: string | null;
  readonly event?: EventParameters | null;
}

/** The change that is meant. `now`: UTC milliseconds, for the id of a new rule. Throws INPUT_INVALID, and what `checkPolicy` does. */
export function toPolicyChange({ set, retire, event }: ChangeParameters, now: number): PolicyChange {
  if ([set, retire, event].filter((given) => given !== null && given !== undefined).length !== 1) {
    throw invalid('change', 'A change is one of: a policy to set, a policy to retire, an event to record.');
  }
  if (set) return { kind: 'set', policy: toPolicyDraft(set, now) };
  if (retire) return { kind: 'retire', policyId: retire };
  const recorded = { name: event!.name, occurredAt: event!.occurredAt ?? null };
  checkEvent(recorded);
  return { kind: 'event', event: recorded };
}

function toPolicyDraft(given: PolicyParameters, now: number): PolicyDraft {
  const { name, action, timeZone, mode, scope, appliesToAll } = given;
  const draft: PolicyDraft = {
    ...{ id: given.id ?? newRecordId(now), name, filter: toFilter(given.filter ?? {}), action },
    ...{ period: given.period ?? null, until: given.until ?? null, trigger: toTrigger(given), timeZone, mode, scope },
  };
  checkPolicy(draft, appliesToAll);
  return draft;
}

function toTrigger({ trigger, event, trustsSentTime }: PolicyParameters): RetentionTrigger | null {
  if (trustsSentTime && trigger !== 'sent') throw invalid('trustsSentTime', 'Only the trigger `sent` can trust the time of sending.');
  if (Boolean(event) !== (trigger === 'event')) throw invalid('event', 'The trigger `event`, and no other, needs the name of an event.');
  if (!trigger) return null;
  if (trigger === 'event') return { kind: trigger, event: event! };
  return trigger === 'sent' ? { kind: trigger, isTrusted: trustsSentTime } : { kind: trigger };
}

function invalid(parameter: string, reason: string): HoldfastError {
  return new HoldfastError('INPUT_INVALID', reason, { parameters: [parameter] });
}
