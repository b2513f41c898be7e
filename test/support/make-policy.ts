import type { PolicySet, RetentionEvent, RetentionPolicy } from '../../src/retention/retention-policy.js';

/** A policy that retains everything for a year from when it was sent, but for what a test names. Days begin at midnight UTC. */
export function makePolicy(id: string, overrides: Partial<RetentionPolicy> = {}): RetentionPolicy {
  return {
    id,
    name: `policy ${id}`,
    filter: { kind: 'all' },
    action: 'retain',
    period: 'P1Y',
    until: null,
    trigger: { kind: 'sent', isTrusted: true },
    timeZone: 'UTC',
    mode: 'operational',
    scope: 'global',
    state: 'active',
    version: 1,
    ...overrides,
  };
}

/** These policies and events, as the third change left them. */
export function policySet(policies: readonly RetentionPolicy[], events: readonly RetentionEvent[] = []): PolicySet {
  return { version: 3, lengthenedAt: 2, policies, events };
}
