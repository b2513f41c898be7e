import { checkEvent, checkPolicy } from './check-policy.js';
import {
  RETENTION_ACTIONS,
  RETENTION_MODES,
  RETENTION_SCOPES,
  TRIGGER_KINDS,
  type PolicySet,
  type RetentionPolicy,
} from './retention-policy.js';

const SET = ['version', 'lengthenedAt', 'policies', 'events'];
const POLICY = ['id', 'name', 'filter', 'action', 'period', 'until', 'trigger', 'timeZone', 'mode', 'scope', 'state', 'version'];
const MEMBERS_OF_TRIGGERS = { sent: ['kind', 'isTrusted'], captured: ['kind'], later: ['kind'], event: ['kind', 'event'] } as const;
const MEMBERS_OF_NODES: Readonly<Record<string, readonly string[]>> = {
  all: ['kind'],
  none: ['kind'],
  terms: ['kind', 'field', 'values'],
  flag: ['kind', 'field', 'value'],
  range: ['kind', 'field', 'from', 'to'],
  and: ['kind', 'nodes'],
  or: ['kind', 'nodes'],
  not: ['kind', 'node'],
};

/** The rules that a stored value is. Throws on anything that this program does not know: a rule that cannot be read may keep something. */
export function parsePolicies(value: unknown): PolicySet {
  const set = members(value, SET) as unknown as PolicySet;
  if (!isCount(set.version) || !isCount(set.lengthenedAt)) throw new Error('a version is not valid');
  for (const policy of set.policies) checkStored(policy);
  for (const event of set.events) {
    members(event, ['name', 'occurredAt']);
    if (event.occurredAt !== null && !Number.isSafeInteger(event.occurredAt)) throw new Error('a time is not valid');
    checkEvent(event);
  }
  return set;
}

function checkStored(policy: RetentionPolicy): void {
  members(policy, POLICY);
  const { action, mode, scope, state, trigger, filter } = policy;
  requireOneOf(action, RETENTION_ACTIONS);
  requireOneOf(mode, RETENTION_MODES);
  requireOneOf(scope, RETENTION_SCOPES);
  requireOneOf(state, ['active', 'retired']);
  if (!isCount(policy.version) || (policy.until !== null && !Number.isSafeInteger(policy.until))) throw new Error('a number is not valid');
  if (trigger !== null) {
    requireOneOf(trigger.kind, TRIGGER_KINDS);
    members(trigger, MEMBERS_OF_TRIGGERS[trigger.kind]);
  }
  checkNode(filter);
  checkPolicy(policy, filter.kind === 'all');
}

/** A filter without anything that the evaluator would pass over. */
function checkNode(node: unknown): void {
  const known = MEMBERS_OF_NODES[String((node as Record<string, unknown>)['kind'])];
  if (known === undefined) throw new Error('a condition is unknown');
  const { nodes, node: inner } = members(node, known);
  if (Array.isArray(nodes)) nodes.forEach(checkNode);
  if (inner !== undefined) checkNode(inner);
}

function members(value: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('an object is missing');
  const found = Object.keys(value);
  if (found.length !== names.length || !names.every((name) => found.includes(name))) throw new Error('a member is missing or unknown');
  return value as Record<string, unknown>;
}

function requireOneOf(value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new Error('a value is unknown');
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
