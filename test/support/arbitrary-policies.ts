import fc from 'fast-check';
import type { Message } from '../../src/domain/message.js';
import type { FilterNode } from '../../src/query/ast.js';
import { checkFilter } from '../../src/query/check-query.js';
import { CaptureTimes, type CapturingRun } from '../../src/retention/capture-times.js';
import {
  RETENTION_ACTIONS,
  RETENTION_SCOPES,
  type PolicySet,
  type RetentionPolicy,
  type RetentionTrigger,
} from '../../src/retention/retention-policy.js';
import { arbitraryMessage } from '../contract/arbitrary-message.js';
import { arbitraryFilter } from '../contract/arbitrary-query.js';
import { makePolicy, policySet } from './make-policy.js';

const [FIRST, LAST] = [Date.UTC(2022, 0), Date.UTC(2027, 0)];
const ZONES = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu'] as const;
const PERIODS = ['P1D', 'P1W', 'P1M', 'P31D', 'P3M', 'P1Y', 'P1Y2M', 'P2Y29D'] as const;

const time = fc.integer({ min: FIRST, max: LAST });
const trigger = fc.oneof(
  fc.boolean().map((isTrusted): RetentionTrigger => ({ kind: 'sent', isTrusted })),
  fc.constantFrom<RetentionTrigger>(
    { kind: 'captured' },
    { kind: 'later' },
    { kind: 'event', event: 'fired' },
    { kind: 'event', event: 'pending' },
  ),
);

/** Messages, rules about them and the imports that brought them: everything that a decision is made of. */
export interface DrawnArchive {
  readonly messages: readonly Message[];
  readonly set: PolicySet;
  readonly captures: CaptureTimes;
  readonly runs: readonly CapturingRun[];
  /** UTC milliseconds. */
  readonly now: number;
}

/** A policy over these messages. */
export function arbitraryPolicy(messages: readonly Message[], id: string): fc.Arbitrary<RetentionPolicy> {
  const filter = fc.oneof(
    { weight: 2, arbitrary: fc.constant<FilterNode>({ kind: 'all' }) },
    { weight: 3, arbitrary: arbitraryFilter(messages).filter(isValid) },
  );
  const rule = fc.record({
    ...{ filter, trigger, action: fc.constantFrom(...RETENTION_ACTIONS), period: fc.constantFrom(...PERIODS) },
    ...{ timeZone: fc.constantFrom(...ZONES), scope: fc.constantFrom(...RETENTION_SCOPES) },
    state: fc.constantFrom('active' as const, 'active' as const, 'active' as const, 'retired' as const),
  });
  const notice = fc.record({ filter, until: time }).map((drawn) => ({ ...drawn, action: 'retain' as const, period: null, trigger: null }));
  return fc.oneof({ weight: 8, arbitrary: rule }, { weight: 1, arbitrary: notice }).map((drawn) => makePolicy(id, drawn));
}

/** A range that begins after its end is refused where policies are set. */
function isValid(filter: FilterNode): boolean {
  try {
    checkFilter(filter);
    return true;
  } catch {
    return false;
  }
}

/** Believable times more often than not; imports close to them and far away; some imports that nobody knows. */
export const arbitraryArchive: fc.Arbitrary<DrawnArchive> = fc
  .tuple(
    fc.array(
      fc.record({
        make: arbitraryMessage,
        sentAt: fc.oneof(time, fc.constant(undefined)),
        isExact: fc.boolean(),
        editedAt: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: time }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    fc.array(fc.record({ near: fc.nat({ max: 11 }), by: fc.integer({ min: -2, max: 2 }).map((days) => days * 80_000_000) }), {
      minLength: 3,
      maxLength: 3,
    }),
    fc.nat({ max: 9 }),
  )
  .map(([drawn, runs, unknown]) => {
    const messages = drawn.map(({ make, sentAt, isExact, editedAt }, index): Message => {
      const message = make(index);
      const dated = sentAt === undefined ? message : { ...message, sentAt, dateState: isExact ? ('exact' as const) : message.dateState };
      return editedAt === undefined ? { ...dated, editedAt: null, versions: [] } : { ...dated, editedAt };
    });
    const known = runs.map(({ near, by }, index) => ({
      id: `run-${index + 1}`,
      startedAt: (messages[near % messages.length]!.sentAt ?? FIRST) + by,
    }));
    return { messages, runs: unknown === 0 ? known.slice(1) : known };
  })
  .chain(({ messages, runs }) =>
    fc.record({
      messages: fc.constant(messages),
      runs: fc.constant(runs),
      captures: fc.constant(new CaptureTimes(runs).without(['run-1', 'run-2', 'run-3'].filter((id) => !runs.some((run) => run.id === id)))),
      now: time,
      set: fc
        .tuple(...Array.from({ length: 5 }, (_, index) => arbitraryPolicy(messages, `p${index}`)))
        .chain((policies) =>
          fc
            .record({ count: fc.nat({ max: 5 }), at: time })
            .map(({ count, at }) => policySet(policies.slice(0, count), [{ name: 'fired', occurredAt: at }])),
        ),
    }),
  );
