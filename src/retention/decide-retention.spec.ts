import { describe, expect, it } from '@jest/globals';
import { makePolicy, policySet } from '../../test/support/make-policy.js';
import { makeMessage, type MessageOverrides } from '../../test/support/make-message.js';
import type { FilterNode } from '../query/ast.js';
import { changePolicies } from './change-policies.js';
import { decideRetention } from './decide-retention.js';
import { retentionFacts, type RetentionFacts } from './retention-facts.js';
import type { RetentionPolicy } from './retention-policy.js';

const SHANGHAI = 'Asia/Shanghai';
const utc = (text: string): number => Date.parse(text);

/** Captured within the hour unless a test says when. */
function facts(sentAt: string | null, overrides: MessageOverrides & { readonly capturedAt?: string } = {}): RetentionFacts {
  const { capturedAt, ...message } = overrides;
  const sent = sentAt === null ? null : utc(sentAt);
  return retentionFacts(makeMessage('m', { ...message, sentAt: sent }), capturedAt === undefined ? (sent ?? 0) + 1_000 : utc(capturedAt));
}

function expiryOf(policy: Partial<RetentionPolicy>, of: RetentionFacts): unknown {
  return decideRetention(policySet([makePolicy('p', policy)]), of, utc('2026-11-22T00:00Z')).terms[0]!.expiresAt;
}

function eligible(policies: readonly RetentionPolicy[], of: RetentionFacts, now: string): boolean {
  return decideRetention(policySet(policies), of, utc(now)).eligible;
}

const deletes = (id: string, period: string, overrides: Partial<RetentionPolicy> = {}): RetentionPolicy =>
  makePolicy(id, { action: 'delete', period, ...overrides });
const retains = (id: string, period: string, overrides: Partial<RetentionPolicy> = {}): RetentionPolicy =>
  makePolicy(id, { period, ...overrides });

describe('decideRetention', () => {
  it.each([
    ['R1: 29 February rolls forward', SHANGHAI, '2020-02-29T23:30+08:00', 'P6Y', '2026-03-02T00:00+08:00'],
    ['R2: 31 January rolls forward', 'UTC', '2021-01-31T10:00Z', 'P1M', '2021-03-02T00:00Z'],
    ['R3: years are no count of days', 'UTC', '2016-01-01T00:00Z', 'P7Y', '2023-01-02T00:00Z'],
    ['R4: the local date counts', SHANGHAI, '2019-12-31T16:30Z', 'P1Y', '2021-01-02T00:00+08:00'],
    ['the local date counts, west of Greenwich too', 'America/New_York', '2020-01-02T03:00Z', 'P1Y', '2021-01-02T05:00Z'],
    ['a midnight that the clock leaves out', 'America/Sao_Paulo', '2017-10-14T12:00Z', 'P1Y20D', '2018-11-04T03:00Z'],
    ['a day that the calendar leaves out', 'Pacific/Apia', '2011-11-29T12:00Z', 'P1M', '2011-12-30T10:00Z'],
  ])('%s', (_, timeZone, sentAt, period, expected) => {
    expect(new Date(expiryOf({ timeZone, period }, facts(sentAt)) as number).toISOString()).toBe(new Date(expected).toISOString());
  });

  it('R5: the longest wins', () => {
    const both = [retains('keep', 'P7Y'), deletes('go', 'P1Y')];
    expect(['2026-01-01T23:59:59.999Z', '2026-01-02T00:00Z'].map((now) => eligible(both, facts('2019-01-01T09:00Z'), now))).toEqual([
      false,
      true,
    ]);
    expect(decideRetention(policySet(both), facts('2019-01-01T09:00Z'), utc('2022-01-01T00:00Z'))).toMatchObject({
      winner: 'keep',
      reasons: ['policy'],
    });
  });

  it('R6: a specific policy puts the global ones aside, and a longer one that retains still wins', () => {
    const rules = [deletes('five', 'P5Y'), deletes('ten', 'P10Y'), deletes('seven', 'P7Y', { scope: 'specific' })];
    const of = facts('2014-06-01T09:00Z');
    expect(eligible(rules.slice(0, 2), of, '2019-06-02T00:00Z')).toBe(true);
    expect(['2021-06-01T23:59Z', '2021-06-02T00:00Z'].map((now) => eligible(rules, of, now))).toEqual([false, true]);
    expect(['2024-06-01T23:59Z', '2024-06-02T00:00Z'].map((now) => eligible([...rules, retains('keep', 'P10Y')], of, now))).toEqual([
      false,
      true,
    ]);
  });

  it('R7: what waits for an event is kept; the event starts the period; compliance lets it come later only', () => {
    const trigger = { kind: 'event', event: 'ACCOUNT_CLOSED' } as const;
    const rules = [makePolicy('account', { action: 'retain_then_delete', period: 'P5Y', trigger, mode: 'compliance' })];
    const record = (set: ReturnType<typeof policySet>, at: string): ReturnType<typeof policySet> =>
      changePolicies(set, { kind: 'event', event: { name: 'ACCOUNT_CLOSED', occurredAt: utc(at) } });
    const of = facts('2012-01-01T09:00Z');
    const pending = policySet(rules);
    expect(decideRetention(pending, of, utc('2099-01-01T00:00Z'))).toMatchObject({
      eligible: false,
      keepUntil: 'never',
      reasons: ['event_pending'],
    });
    const fired = record(pending, '2020-01-01T09:00Z');
    const later = record(fired, '2021-01-01T09:00Z');
    expect([fired, later].map((set) => decideRetention(set, of, utc('2025-01-02T00:00Z')).eligible)).toEqual([true, false]);
    expect(decideRetention(later, of, utc('2026-01-02T00:00Z')).eligible).toBe(true);
    expect(() => record(later, '2020-06-01T09:00Z')).toThrow(expect.objectContaining({ code: 'RETENTION_SHORTENED' }));
  });

  it.each<[string, Partial<RetentionPolicy>]>([
    ['a field that there is not', { filter: { kind: 'terms', field: 'body' as 'id', values: ['x'] } }],
    ['a condition that there is not', { filter: { kind: 'regex' } as unknown as FilterNode }],
    ['a period that cannot be read', { period: 'P1X' }],
    ['a time zone that there is not', { timeZone: 'Mars/Olympus' }],
    ['a fact that the message lacks', { filter: { kind: 'terms', field: 'custodianId', values: ['wang'] } }],
  ])('R8: %s keeps', (_, broken) => {
    const rules = [deletes('go', 'P1Y'), retains('broken', 'P1D', broken)];
    const decision = decideRetention(policySet(rules), facts('2012-01-01T09:00Z'), utc('2026-01-01T00:00Z'));
    expect(decision).toMatchObject({ eligible: false, keepUntil: 'never', winner: 'broken', reasons: ['rule_unreadable'] });
  });

  it.each<[string, RetentionFacts]>([
    ['R9: a forged time', facts('1970-01-01T00:00Z', { capturedAt: '2026-01-01T00:00Z' })],
    ['the last day before there were chats', facts('2010-12-31T23:59:59Z')],
    ['no time', facts(null)],
    ['a clock that ran ahead', facts('2012-01-01T00:00Z', { dateState: 'future' })],
    ['a time that lies ahead', facts('2027-01-01T00:00Z', { capturedAt: '2012-01-01T00:00Z' })],
  ])('%s keeps, whatever is counted from', (_, of) => {
    for (const trigger of [{ kind: 'sent', isTrusted: true }, { kind: 'captured' }, { kind: 'later' }] as const) {
      const decision = decideRetention(policySet([deletes('go', 'P1D', { trigger })]), of, utc('2026-11-22T00:00Z'));
      expect(decision).toMatchObject({ eligible: false, keepUntil: 'never' });
      expect(decision.reasons).toContain('undated');
    }
  });

  it('R11: an edit begins the period anew, and a conflicting text without a time counts as captured', () => {
    const edited = facts('2020-01-01T09:00Z', {
      editedAt: utc('2020-01-11T09:00Z'),
      versions: [{ text: 'a', at: utc('2020-01-05T09:00Z'), by: null }],
    });
    expect(expiryOf({}, edited)).toBe(utc('2021-01-12T00:00Z'));
    const conflicting = facts('2020-01-01T09:00Z', { versions: [{ text: 'a', at: null, by: null }], capturedAt: '2022-03-01T09:00Z' });
    expect(expiryOf({}, conflicting)).toBe(utc('2023-03-02T00:00Z'));
  });

  it('R12: it may go at the very instant of its expiry, and not a millisecond before', () => {
    const of = facts('2020-05-05T09:00Z');
    expect(['2021-05-05T23:59:59.999Z', '2021-05-06T00:00:00.000Z'].map((now) => eligible([deletes('go', 'P1Y')], of, now))).toEqual([
      false,
      true,
    ]);
  });

  it('keeps what no policy deletes', () => {
    const of = facts('2012-01-01T09:00Z');
    const nobody = retains('other', 'P1D', { filter: { kind: 'terms', field: 'platform', values: ['mail'] } });
    for (const rules of [[], [nobody], [retains('over', 'P1Y')], [deletes('retired', 'P1D', { state: 'retired' })]]) {
      expect(decideRetention(policySet(rules), of, utc('2026-01-01T00:00Z'))).toMatchObject({
        eligible: false,
        reasons: ['no_rule'],
        rule: null,
      });
    }
  });

  it.each<[string, RetentionPolicy['trigger'], MessageOverrides & { readonly capturedAt: string }, string]>([
    ['sent, captured the same day', { kind: 'sent', isTrusted: false }, { capturedAt: '2020-01-02T09:00Z' }, '2021-01-02T00:00Z'],
    ['sent, captured later', { kind: 'sent', isTrusted: false }, { capturedAt: '2020-01-02T09:00:00.001Z' }, '2021-01-03T00:00Z'],
    ['sent, captured later, trusted', { kind: 'sent', isTrusted: true }, { capturedAt: '2025-06-01T09:00Z' }, '2021-01-02T00:00Z'],
    [
      'sent, trusted, but of an assumed zone',
      { kind: 'sent', isTrusted: true },
      { capturedAt: '2025-06-01T09:00Z', dateState: 'assumedZone' },
      '2026-06-02T00:00Z',
    ],
    ['captured', { kind: 'captured' }, { capturedAt: '2025-06-01T09:00Z' }, '2026-06-02T00:00Z'],
    ['later of both', { kind: 'later' }, { capturedAt: '2019-06-01T09:00Z' }, '2021-01-02T00:00Z'],
  ])('counts from %s', (_, trigger, overrides, expected) => {
    expect(expiryOf({ trigger }, facts('2020-01-01T09:00Z', overrides))).toBe(utc(expected));
  });

  it('a notice of an authority keeps up to its date', () => {
    const notice = retains('notice', 'P1Y', { period: null, trigger: null, until: utc('2025-03-04T05:06:07Z') });
    const rules = [deletes('go', 'P1Y'), notice];
    expect(['2025-03-04T05:06:06.999Z', '2025-03-04T05:06:07Z'].map((now) => eligible(rules, facts('2019-01-01T00:00Z'), now))).toEqual([
      false,
      true,
    ]);
  });

  it('keeps what an unknown import brought, where capture counts', () => {
    const of = retentionFacts(makeMessage('m', { sentAt: utc('2012-01-01T00:00Z') }), null);
    const rules = (trigger: RetentionPolicy['trigger']): RetentionPolicy[] => [deletes('go', 'P1D', { trigger })];
    expect(eligible(rules({ kind: 'captured' }), of, '2026-01-01T00:00Z')).toBe(false);
    expect(eligible(rules({ kind: 'sent', isTrusted: false }), of, '2026-01-01T00:00Z')).toBe(false);
    expect(eligible(rules({ kind: 'sent', isTrusted: true }), of, '2026-01-01T00:00Z')).toBe(true);
  });
});
