import { describe, expect, it } from '@jest/globals';
import { makePolicy, policySet } from '../../test/support/make-policy.js';
import { terms } from '../../test/support/query-nodes.js';
import { changePolicies } from './change-policies.js';
import { checkPolicy } from './check-policy.js';
import { findContradictions } from './find-contradictions.js';
import type { RetentionPolicy } from './retention-policy.js';
import { toPolicyChange, type PolicyParameters } from './to-policy-change.js';

const BOUND = makePolicy('bound', { period: 'P6Y', mode: 'compliance', filter: terms('custodianId', 'ann', 'bob') });

describe('changePolicies in compliance mode', () => {
  it.each<[string, Partial<RetentionPolicy>]>([
    ['a longer period', { period: 'P7Y' }],
    ['the same in months', { period: 'P72M' }],
    ['a wider filter', { filter: terms('custodianId', 'ann', 'bob', 'eve') }],
    ['a name', { name: 'six years' }],
    ['the later of two times', { trigger: { kind: 'later' } }],
    ['a trigger that trusts less', { trigger: { kind: 'sent', isTrusted: false } }],
  ])('takes %s', (_, change) => {
    expect(changePolicies(policySet([BOUND]), { kind: 'set', policy: { ...BOUND, ...change } }).policies[0]).toMatchObject({
      ...change,
      version: 2,
    });
  });

  it.each<[string, Partial<RetentionPolicy>]>([
    ['a shorter period', { period: 'P5Y364D' }],
    ['a narrower filter', { filter: terms('custodianId', 'ann') }],
    ['another time zone', { timeZone: 'Asia/Shanghai' }],
    ['that it deletes, too', { action: 'retain_then_delete' }],
    ['another mode', { mode: 'operational' }],
    ['a date instead of a period', { period: null, trigger: null, until: Date.UTC(2099, 0) }],
    ['a capture that may be earlier', { trigger: { kind: 'captured' } }],
  ])('refuses %s', (_, change) => {
    const shortened = expect.objectContaining({ code: 'RETENTION_SHORTENED', facts: { policyId: 'bound' } });
    expect(() => changePolicies(policySet([BOUND]), { kind: 'set', policy: { ...BOUND, ...change } })).toThrow(shortened);
    expect(changePolicies(policySet([BOUND]), { kind: 'set', policy: { ...BOUND, ...change } }, true).version).toBe(4);
  });

  it('refuses to retire what puts earlier deletions aside', () => {
    const aside = makePolicy('aside', { action: 'delete', scope: 'specific', mode: 'compliance' });
    const retire = { kind: 'retire', policyId: 'aside' } as const;
    expect(() => changePolicies(policySet([aside]), retire)).toThrow(expect.objectContaining({ code: 'RETENTION_SHORTENED' }));
    expect(changePolicies(policySet([{ ...aside, scope: 'global' }]), retire).policies[0]).toMatchObject({ state: 'retired' });
  });

  it('refuses to retire what keeps, and retires what only deletes', () => {
    expect(() => changePolicies(policySet([BOUND]), { kind: 'retire', policyId: 'bound' })).toThrow(
      expect.objectContaining({ code: 'RETENTION_SHORTENED' }),
    );
    const deleting = { ...BOUND, action: 'delete' as const };
    expect(changePolicies(policySet([deleting]), { kind: 'retire', policyId: 'bound' }).policies[0]!.state).toBe('retired');
  });
});

describe('a policy as it is written', () => {
  const GIVEN: PolicyParameters = {
    ...{ id: 'p', name: 'chats', filter: { custodianIds: ['ann'] }, appliesToAll: false, action: 'retain', period: 'P7Y', trigger: 'sent' },
    ...{ trustsSentTime: false, timeZone: 'Asia/Macau', mode: 'operational', scope: 'global' },
  };

  it('becomes a rule', () => {
    expect(toPolicyChange({ set: GIVEN }, 0)).toEqual({
      kind: 'set',
      policy: {
        ...{
          id: 'p',
          name: 'chats',
          filter: terms('custodianId', 'ann'),
          action: 'retain',
          period: 'P7Y',
          until: null,
          trigger: { kind: 'sent', isTrusted: false },
        },
        ...{ timeZone: 'Asia/Macau', mode: 'operational', scope: 'global' },
      },
    });
    expect(toPolicyChange({ set: { ...GIVEN, filter: null, appliesToAll: true } }, 0)).toMatchObject({
      policy: { filter: { kind: 'all' } },
    });
  });

  it.each<[string, Partial<PolicyParameters>]>([
    ['no filter', { filter: null }],
    ['an empty filter', { filter: {} }],
    ['a filter that fits nothing', { filter: { custodianIds: [] } }],
    ['a filter that fits everything in a roundabout way', { filter: { or: [{ kinds: ['text'] }, { not: { ids: [] } }] } }],
    ['a filter with an empty value', { filter: { custodianIds: [''] } }],
    ['a filter beside "all"', { appliesToAll: true }],
    ['no period', { period: null }],
    ['no time at all', { period: 'P0D' }],
    ['nothing for months', { period: 'P0Y0M' }],
    ['a negative period', { period: '-P1Y' }],
    ['a negative part', { period: 'P-1Y' }],
    ['an unknown unit', { period: 'P1X' }],
    ['hours', { period: 'PT36H' }],
    ['a fraction', { period: 'P1.5Y' }],
    ['an empty period', { period: 'P' }],
    ['years in days', { period: 'P2555D' }],
    ['years in weeks', { period: 'P365W' }],
    ['no trigger', { trigger: null }],
    ['an event without a name', { trigger: 'event' }],
    ['a name of an event with another trigger', { event: 'closed' }],
    ['a name of an event with spaces', { trigger: 'event', event: 'account closed' }],
    ['trust in what is not counted from', { trigger: 'captured', trustsSentTime: true }],
    ['a time zone that there is not', { timeZone: 'Mars/Olympus' }],
    ['a name that nobody sees', { name: ' \u200b' }],
    ['a date beside a period', { until: 1 }],
    ['a date up to which to delete', { until: 1, period: null, trigger: null, action: 'delete' }],
  ])('is refused with %s', (_, change) => {
    expect(() => toPolicyChange({ set: { ...GIVEN, ...change } }, 0)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('is refused with a field that there is not, or by text', () => {
    const withFilter = (filter: unknown): RetentionPolicy => makePolicy('p', { filter: filter as RetentionPolicy['filter'] });
    for (const filter of [
      { kind: 'terms', field: 'body', values: ['x'] },
      { kind: 'literal', key: 'x', source: 'x', fields: ['body'] },
    ]) {
      expect(() => checkPolicy(withFilter(filter), false)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    }
  });

  it('is one of three', () => {
    for (const change of [{}, { set: GIVEN, retire: 'p' }])
      expect(() => toPolicyChange(change, 0)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});

describe('findContradictions', () => {
  it('names the pairs of which one deletes what the other keeps, and no pair that cannot meet', () => {
    const mail = terms('platform', 'mail');
    const policies = [
      makePolicy('go', { action: 'delete', period: 'P1Y' }),
      makePolicy('keep', { period: 'P7Y', filter: mail }),
      makePolicy('short', { period: 'P11M' }),
      makePolicy('chats', {
        action: 'delete',
        period: 'P1Y',
        filter: { kind: 'and', nodes: [terms('platform', 'wecom'), terms('kind', 'text')] },
      }),
      makePolicy('over', { period: 'P9Y', state: 'retired' }),
    ];
    expect(findContradictions(policySet(policies))).toEqual([{ deletingPolicyId: 'go', keepingPolicyId: 'keep' }]);
  });
});
