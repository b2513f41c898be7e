import { registerEnumType } from '@nestjs/graphql';
import { KEEP_REASONS } from '../domain/values.js';
import { RETENTION_ACTIONS, RETENTION_MODES, RETENTION_SCOPES, TRIGGER_KINDS } from './retention-policy.js';

export const RetentionActionEnum = storedValues(
  'RetentionAction',
  'retain: messages are kept until the period has passed. delete: they may go after it. retain_then_delete: both.',
  RETENTION_ACTIONS,
);
export const RetentionModeEnum = storedValues(
  'RetentionMode',
  'compliance: the policy may only be lengthened, by whomever.',
  RETENTION_MODES,
);
export const RetentionScopeEnum = storedValues(
  'RetentionScope',
  'Of policies that delete, a specific one puts the global ones aside. Where two of one scope apply, the shorter one deletes.',
  RETENTION_SCOPES,
);
export const RetentionTriggerEnum = storedValues(
  'RetentionTrigger',
  'What a period is counted from. sent: when the message was sent or last edited. captured: when its latest import began. ' +
    'later: the later of both. event: when a named event happened.',
  TRIGGER_KINDS,
);
export const KeepReasonEnum = storedValues('KeepReason', 'Why a message is kept.', KEEP_REASONS);
export const RetentionStateEnum = storedValues('RetentionState', 'A retired policy decides nothing.', ['active', 'retired']);
export const CoverageEnum = storedValues(
  'Coverage',
  'Whether a filter applies. unknown: the message lacks a fact that decides, and is kept.',
  ['yes', 'no', 'unknown'],
);
export const ClockDoubtEnum = storedValues('ClockDoubt', 'What the clock did that no clock does.', ['jumped', 'went_back']);

function storedValues(name: string, description: string, values: readonly string[]): Readonly<Record<string, string>> {
  const object = Object.fromEntries(values.map((value) => [value, value]));
  registerEnumType(object, { name, description });
  return object;
}
