import type { FilterNode } from '../query/ast.js';

/** `retain`: kept until its term has passed. `delete`: may go after it. `retain_then_delete`: both. */
export const RETENTION_ACTIONS = ['retain', 'delete', 'retain_then_delete'] as const;
export type RetentionAction = (typeof RETENTION_ACTIONS)[number];

/** `compliance`: may only be lengthened, by whomever. */
export const RETENTION_MODES = ['operational', 'compliance'] as const;
export type RetentionMode = (typeof RETENTION_MODES)[number];

/** Among rules that delete, a `specific` one puts the `global` ones aside. */
export const RETENTION_SCOPES = ['global', 'specific'] as const;
export type RetentionScope = (typeof RETENTION_SCOPES)[number];

export const TRIGGER_KINDS = ['sent', 'captured', 'later', 'event'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/**
 * What a period is counted from. `sent`: when the message was sent; but the later of sent and captured where the archive does not tell the
 * exact time, and, unless `isTrusted`, where the two are more than a day apart. `captured`: when the latest of its imports began. An edit
 * counts as sending.
 */
export type RetentionTrigger =
  | { readonly kind: 'sent'; readonly isTrusted: boolean }
  | { readonly kind: 'captured' }
  | { readonly kind: 'later' }
  | { readonly kind: 'event'; readonly event: string };

/** A rule about how long messages are kept: data, never code. */
export interface RetentionPolicy {
  readonly id: string;
  readonly name: string;
  /** Exact facts of the message alone. */
  readonly filter: FilterNode;
  readonly action: RetentionAction;
  /** ISO 8601 in years, months and days, or in weeks (`period.ts`); null: `until` is set. */
  readonly period: string | null;
  /** UTC milliseconds up to which an authority wants it kept (`retain` only); null: `period` is set. */
  readonly until: number | null;
  /** Null with `until`. */
  readonly trigger: RetentionTrigger | null;
  /** IANA name: days begin at midnight there. */
  readonly timeZone: string;
  readonly mode: RetentionMode;
  readonly scope: RetentionScope;
  readonly state: 'active' | 'retired';
  /** +1 with each change. */
  readonly version: number;
}

/** Something that happens once and starts periods, e.g. the closing of an account. */
export interface RetentionEvent {
  readonly name: string;
  /** UTC milliseconds; null: not yet. */
  readonly occurredAt: number | null;
}

/** All rules together: the one record that decisions are made by. */
export interface PolicySet {
  /** +1 with each change. */
  readonly version: number;
  /** The version of the last change that may keep something longer: no batch claimed under an older one may go on unsettled. */
  readonly lengthenedAt: number;
  readonly policies: readonly RetentionPolicy[];
  readonly events: readonly RetentionEvent[];
}

export const NO_POLICIES: PolicySet = { version: 0, lengthenedAt: 0, policies: [], events: [] };

/** Whether the rule keeps messages. */
export function isKeeping({ action }: Pick<RetentionPolicy, 'action'>): boolean {
  return action !== 'delete';
}

/** Whether the rule lets messages go. */
export function isDeleting({ action }: Pick<RetentionPolicy, 'action'>): boolean {
  return action !== 'retain';
}

/** UTC milliseconds; null when it has not happened, or nobody has told of it. */
export function eventTime({ events }: Pick<PolicySet, 'events'>, name: string): number | null {
  return events.find((event) => event.name === name)?.occurredAt ?? null;
}
