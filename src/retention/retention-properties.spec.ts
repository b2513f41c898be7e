import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryArchive, arbitraryPolicy } from '../../test/support/arbitrary-policies.js';
import { scaled } from '../../test/support/scale.js';
import { covers } from '../holds/covers.js';
import { EVERYTHING, type FilterNode } from '../query/ast.js';
import { fieldValues } from '../query/field-values.js';
import type { FieldName } from '../query/fields.js';
import { matchesFilter } from '../query/matches.js';
import type { Message } from '../domain/message.js';
import { decideRetention } from './decide-retention.js';
import { destroyableFilters } from './destroyable-filter.js';
import { isNotShorter } from './is-not-shorter.js';
import { LocalCalendar } from './local-calendar.js';
import { isAtLeast, parsePeriod } from './period.js';
import { retentionFacts } from './retention-facts.js';
import { certainly, possibly, type HasField } from './three-valued-filter.js';

const PARAMETERS = { numRuns: scaled(4_000), seed: 1 };
const DAY = 86_400_000;

/** What an engine would say about these very messages. */
function hasAmong(messages: readonly Message[]): HasField {
  return (field: FieldName): FilterNode => {
    const hasNumber: FilterNode = { kind: 'range', field, from: null, to: null };
    if (field === 'sentAt') return hasNumber;
    if (field === 'recallDelaySeconds') return { kind: 'or', nodes: [{ kind: 'flag', field: 'isRecalled', value: false }, hasNumber] };
    if (!['senderId', 'source', 'custodianId', 'participantId', 'importRunId'].includes(field)) return EVERYTHING;
    const values = messages
      .flatMap((message) => fieldValues(message)[field] as string | readonly string[] | null)
      .filter((value) => value !== null);
    return { kind: 'terms', field, values: [...new Set(values)] };
  };
}

describe('retention', () => {
  it('never lets a message go because of a further policy that retains', () => {
    const archive = arbitraryArchive.chain((drawn) => arbitraryPolicy(drawn.messages, 'further').map((policy) => ({ ...drawn, policy })));
    fc.assert(
      fc.property(archive, ({ messages, set, captures, now, policy }) => {
        const more = { ...set, policies: [...set.policies, { ...policy, action: 'retain' as const }] };
        for (const message of messages) {
          const facts = retentionFacts(message, captures.of(message));
          if (decideRetention(more, facts, now).eligible) expect(decideRetention(set, facts, now).eligible).toBe(true);
        }
      }),
      PARAMETERS,
    );
  });

  it('decides the same in whatever order policies stand, gives reasons exactly when it keeps, and never goes back to keeping', () => {
    let eligible = 0;
    fc.assert(
      fc.property(arbitraryArchive, fc.nat({ max: 2_000 * DAY }), ({ messages, set, captures, now }, later) => {
        const turned = { ...set, policies: [...set.policies].reverse() };
        for (const message of messages) {
          const facts = retentionFacts(message, captures.of(message));
          const decision = decideRetention(set, facts, now);
          expect(decideRetention(turned, facts, now)).toEqual(decision);
          expect(decision.reasons.length === 0).toBe(decision.eligible);
          expect(decision.rule !== null).toBe(decision.eligible);
          if (!decision.eligible) continue;
          eligible += 1;
          expect(decideRetention(set, facts, now + later).eligible).toBe(true);
        }
      }),
      PARAMETERS,
    );
    expect(eligible).toBeGreaterThan(PARAMETERS.numRuns / 10);
  });

  it('says in filters what it decides, message by message and rule by rule', () => {
    fc.assert(
      fc.property(arbitraryArchive, ({ messages, set, captures, now }) => {
        const { destroyable, byRule } = destroyableFilters(set, { now, captures, has: hasAmong(messages) });
        const rough = destroyableFilters(set, { now, captures, has: () => EVERYTHING }).destroyable;
        for (const message of messages) {
          const facts = retentionFacts(message, captures.of(message));
          const { eligible, terms } = decideRetention(set, facts, now);
          const isFound = matchesFilter(destroyable, facts.values);
          if (facts.editedAt === null) expect(isFound).toBe(eligible);
          if (eligible) expect([isFound, matchesFilter(rough, facts.values)]).toEqual([true, true]);
          if (!eligible || facts.editedAt !== null) continue;
          const due = set.policies.filter(
            ({ id, action }) => action !== 'retain' && isDue(terms.find(({ policyId }) => policyId === id)?.expiresAt, now),
          );
          const specific = due.filter(({ scope }) => scope === 'specific');
          const found = [...byRule].filter(([, filter]) => matchesFilter(filter, facts.values)).map(([id]) => id);
          expect(found.sort()).toEqual((specific.length > 0 ? specific : due).map(({ id }) => id).sort());
        }
      }),
      PARAMETERS,
    );
  });

  it('says in filters what scopes cover for certain, and what they may cover', () => {
    fc.assert(
      fc.property(arbitraryArchive, ({ messages, set }) => {
        const has = hasAmong(messages);
        for (const { filter } of set.policies) {
          for (const message of messages) {
            const values = fieldValues(message);
            const coverage = covers(filter, values);
            expect(matchesFilter(certainly(filter, has), values)).toBe(coverage === 'yes');
            expect(matchesFilter(possibly(filter, has), values)).toBe(coverage !== 'no');
          }
        }
      }),
      PARAMETERS,
    );
  });

  it('calls a change of a policy no shortening only when it lets nothing more go', () => {
    let proven = 0;
    const archive = arbitraryArchive.chain((drawn) =>
      fc
        .tuple(arbitraryPolicy(drawn.messages, 'changed'), arbitraryPolicy(drawn.messages, 'changed'), fc.boolean(), fc.boolean())
        .map(([old, next, isSameFilter, isSameTrigger]) => {
          const like = { ...next, ...(isSameFilter && { filter: old.filter }), timeZone: old.timeZone, scope: old.scope };
          return {
            ...drawn,
            old,
            next: isSameTrigger && next.period !== null && old.period !== null ? { ...like, trigger: old.trigger } : like,
          };
        }),
    );
    fc.assert(
      fc.property(archive, ({ messages, set, captures, now, old, next }) => {
        const [before, after] = [old, next].map((policy) => (policy.state === 'active' ? policy : null));
        if (!isNotShorter(after!, before!)) return;
        proven += 1;
        for (const message of messages) {
          const facts = retentionFacts(message, captures.of(message));
          const eligible = [old, next].map(
            (policy) => decideRetention({ ...set, policies: [...set.policies, policy] }, facts, now).eligible,
          );
          expect(eligible).not.toEqual([false, true]);
        }
      }),
      PARAMETERS,
    );
    expect(proven).toBeGreaterThan(PARAMETERS.numRuns / 20);
  });
});

describe('calendar', () => {
  const period = fc.constantFrom('P1D', 'P30D', 'P1M', 'P5W', 'P2M', 'P11M30D', 'P1Y', 'P12M', 'P1Y1D', 'P6Y', 'P7Y364D').map(parsePeriod);
  const instant = fc.integer({ min: Date.UTC(2011, 0), max: Date.UTC(2040, 0) });
  const zone = fc.constantFrom(
    'UTC',
    'Asia/Shanghai',
    'America/New_York',
    'America/Sao_Paulo',
    'Pacific/Apia',
    'Europe/Dublin',
    'Africa/Casablanca',
  );

  it('finds the instant before which a period must have begun to be over', () => {
    fc.assert(
      fc.property(instant, instant, period, zone, (trigger, now, length, timeZone) => {
        const calendar = LocalCalendar.of(timeZone);
        const cutoff = calendar.cutoff(now, length);
        for (const at of [trigger, cutoff - 1, cutoff, cutoff + 1]) expect(calendar.expiry(at, length) <= now).toBe(at < cutoff);
      }),
      PARAMETERS,
    );
  });

  it('ends no period before the day after its anniversary, and longer ones never earlier', () => {
    fc.assert(
      fc.property(instant, period, period, zone, (trigger, length, other, timeZone) => {
        const calendar = LocalCalendar.of(timeZone);
        const [ends, otherEnds] = [length, other].map((one) => calendar.expiry(trigger, one)) as [number, number];
        expect(calendar.day(ends) - calendar.day(trigger)).toBeGreaterThan(Math.max(length.days, length.months * 28));
        if (isAtLeast(length, other)) expect(ends).toBeGreaterThanOrEqual(otherEnds);
      }),
      PARAMETERS,
    );
  });
});

function isDue(expiresAt: number | 'never' | null | undefined, now: number): boolean {
  return typeof expiresAt === 'number' && expiresAt <= now;
}
