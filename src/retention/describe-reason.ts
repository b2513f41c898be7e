import type { KeepReason } from '../domain/values.js';

/** What a reason means, to be read by people. */
const MEANINGS: Readonly<Record<KeepReason, string>> = {
  held: 'A hold covers it.',
  hold_unknown: 'A hold asks for a fact that this message lacks, so it may cover it.',
  no_rule: 'No policy lets it go.',
  policy: 'The period of a policy has not passed.',
  event_pending: 'A policy waits for an event that has not happened, or that nobody has recorded.',
  undated: 'The time when it was sent is unknown, lies ahead or before 2011, or is known to be wrong.',
  rule_unreadable: 'Whether a policy applies, or since when, cannot be told: the message lacks a fact that the policy asks for.',
  changed: 'It is not what was proposed.',
  gone: 'It no longer stands.',
  suspended: 'Nothing is destroyed now: a person has to look at the clock, or at the hold register, and acknowledge it.',
  approval: 'The approval is missing, or has lapsed.',
  audit: 'The audit could not be written.',
  dropped: 'Its batch was given up.',
};

/** What a reason means, to be read by people. */
export function describeReason(reason: KeepReason): string {
  return MEANINGS[reason];
}
