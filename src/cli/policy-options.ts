import { Option, type Command } from 'commander';
import { HoldfastError } from '../errors/errors.js';
import { DEFAULT_TIME_ZONE } from '../graphql/time-zone.js';
import {
  RETENTION_ACTIONS,
  RETENTION_MODES,
  RETENTION_SCOPES,
  TRIGGER_KINDS,
  type RetentionAction,
  type RetentionMode,
  type RetentionScope,
  type TriggerKind,
} from '../retention/retention-policy.js';
import type { PolicyParameters } from '../retention/to-policy-change.js';
import { addFilterOptions, filterOf, instant, type FilterOptions } from './filter-options.js';

/** A policy as commander reads it from the options below. */
export interface PolicyOptions extends FilterOptions {
  readonly policy?: string;
  readonly name?: string;
  readonly action?: RetentionAction;
  readonly all?: boolean;
  readonly period?: string;
  readonly until?: number;
  readonly trigger?: TriggerKind;
  readonly trustSentTime?: boolean;
  readonly event?: string;
  readonly timeZone: string;
  readonly mode: RetentionMode;
  readonly scope: RetentionScope;
}

/** Adds the options of a policy to a command, its filter included. */
export function addPolicyOptions(command: Command): Command {
  return addFilterOptions(
    command
      .option('--policy <id>', 'the policy to replace; up to 40 of a-z and 0-9, made up if not given')
      .option('--name <text>', 'what it is called')
      .addOption(new Option('--action <action>', 'what it does').choices(RETENTION_ACTIONS))
      .option('--all', 'instead of a filter: every message')
      .option('--period <period>', 'ISO 8601, e.g. P7Y, P1Y6M, P90D')
      .option('--until <time>', 'instead of a period: retain up to this time', instant)
      .addOption(new Option('--trigger <trigger>', 'what the period is counted from').choices(TRIGGER_KINDS))
      .option('--trust-sent-time', 'with --trigger sent: the exact time of an archive counts however much later it was captured')
      .option('--event <name>', 'with --trigger event: its name')
      .option('--time-zone <name>', 'days begin at midnight there', DEFAULT_TIME_ZONE)
      .addOption(new Option('--mode <mode>', 'compliance: it may only be lengthened').choices(RETENTION_MODES).default('operational'))
      .addOption(
        new Option('--scope <scope>', 'specific: it puts global policies that delete aside').choices(RETENTION_SCOPES).default('global'),
      ),
  );
}

/**
 * The policy that the options describe; null where none of them is given. Throws INPUT_INVALID without an action, or without a name
 * (`usualName`: where none is given).
 */
export function policyOf(options: PolicyOptions, usualName?: string): PolicyParameters | null {
  const { policy: id, name = usualName, action, all, period, until, trigger, trustSentTime, event, timeZone, mode, scope } = options;
  const filter = filterOf(options);
  const given = [id, options.name, action, all, period, until, trigger, trustSentTime, event, ...Object.values<unknown>({ ...filter })];
  if (given.every((value) => value === undefined)) return null;
  if (name === undefined || action === undefined) throw new HoldfastError('INPUT_INVALID', 'A policy needs --name and --action.');
  return {
    ...{ id, name, action, filter, appliesToAll: all === true, period, until, trigger },
    ...{ trustsSentTime: trustSentTime === true, event, timeZone, mode, scope },
  };
}
