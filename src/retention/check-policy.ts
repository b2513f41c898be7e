import { HoldfastError } from '../errors/errors.js';
import { isTimeZone } from '../graphql/time-zone.js';
import type { FilterNode } from '../query/ast.js';
import { checkFilter } from '../query/check-query.js';
import type { PolicyDraft } from './change-policies.js';
import { parsePeriod } from './period.js';
import type { RetentionEvent } from './retention-policy.js';

/** Names of events may stand in scripts and tables. */
export const EVENT_NAME = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}$/;
const EVENT_NAME_RULE = 'The name of an event has up to 100 Latin letters, digits and _ . : / -';
const VISIBLE = /[\p{L}\p{N}]/u;

/**
 * Refuses a rule that cannot be meant. `isForAll`: it is said to apply to every message, and has no filter. Throws INPUT_INVALID, and what
 * `checkFilter` and `parsePeriod` throw.
 */
export function checkPolicy(draft: PolicyDraft, isForAll: boolean): void {
  if (!VISIBLE.test(draft.name)) throw invalid('name', 'The policy needs a name.');
  checkPolicyFilter(draft.filter, isForAll);
  if (!isTimeZone(draft.timeZone)) throw invalid('timeZone', 'timeZone is an IANA name, e.g. Asia/Macau.');
  if ((draft.period === null) === (draft.until === null)) throw invalid('period', 'Give either a period or a date up to which to retain.');
  if (draft.until !== null) {
    if (draft.action !== 'retain') throw invalid('until', 'Only a policy that retains has a date; deleting needs a period.');
    if (draft.trigger !== null) throw invalid('trigger', 'A date has no trigger.');
    return;
  }
  if (draft.trigger === null) throw invalid('trigger', 'A period needs a trigger.');
  parsePeriod(draft.period!);
  if (draft.trigger.kind === 'event') checkEventName(draft.trigger.event);
}

/** Refuses an event without a usable name or time. Throws INPUT_INVALID. */
export function checkEvent({ name, occurredAt }: RetentionEvent): void {
  checkEventName(name);
  if (occurredAt !== null && occurredAt < 0) throw invalid('occurredAt', 'The event cannot be from before 1970.');
}

function checkEventName(name: string): void {
  if (!EVENT_NAME.test(name)) throw invalid('event', `${EVENT_NAME_RULE}.`);
}

function checkPolicyFilter(filter: FilterNode, isForAll: boolean): void {
  checkFilter(filter);
  if (isForAll) {
    if (filter.kind !== 'all') throw invalid('filter', 'Give a filter, or say that the policy is for all messages; not both.');
  } else if (!isPlain(filter)) {
    throw invalid('filter', 'The filter, or a part of it, fits every message or none. A policy for all messages is asked for as such.');
  }
}

/** Whether every condition in it says something. */
function isPlain(node: FilterNode): boolean {
  if (node.kind === 'and' || node.kind === 'or') return node.nodes.every(isPlain);
  if (node.kind === 'not') return isPlain(node.node);
  if (node.kind === 'terms') return node.values.length > 0 && !node.values.includes('');
  if (node.kind === 'range') return node.from !== null || node.to !== null;
  return node.kind === 'flag';
}

function invalid(parameter: string, reason: string): HoldfastError {
  return new HoldfastError('INPUT_INVALID', reason, { parameters: [parameter] });
}
