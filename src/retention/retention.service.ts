import type { Viewer } from '../access/viewer.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { AuditRefusals } from '../audit/audit-refusals.js';
import type { KeepReason } from '../domain/values.js';
import type { SearchEngine } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { isTimeZone } from '../graphql/time-zone.js';
import { covers, type Coverage } from '../holds/covers.js';
import type { HoldEntry } from '../holds/hold-register.js';
import type { RegisterStore } from '../holds/register-store.js';
import type { CaptureReader } from './capture-reader.js';
import { changePolicies, type PolicyChange } from './change-policies.js';
import type { ClockGuard } from './clock-guard.js';
import { decideRetention, type RetentionDecision } from './decide-retention.js';
import { MessageCounter } from './message-counter.js';
import type { PolicyStore } from './policy-store.js';
import { retentionFacts } from './retention-facts.js';
import type { PolicySet } from './retention-policy.js';
import { simulateRetention } from './simulate-retention.js';
import type { SimulationCounts } from './simulation-counts.js';

const MESSAGE_ID = /^[0-9a-f]{32}$/;

/** Why a message may go or not, at a time. */
export interface Explanation {
  readonly messageId: string;
  /** UTC milliseconds. */
  readonly at: number;
  /** Neither rules nor holds keep it, and nothing is suspended. */
  readonly isDestroyable: boolean;
  readonly decision: RetentionDecision;
  readonly policies: PolicySet;
  /** Clauses of holds that cover it, or may. */
  readonly holds: readonly { readonly entry: HoldEntry; readonly coverage: Exclude<Coverage, 'no'> }[];
  /** Every reason why it may not go. */
  readonly reasons: readonly KeepReason[];
}

export interface Simulation {
  /** UTC milliseconds. */
  readonly at: number;
  /** The rules that were simulated. */
  readonly policies: PolicySet;
  readonly counts: SimulationCounts;
}

/** What the service uses. */
export interface RetentionTools {
  readonly engine: SearchEngine;
  readonly policies: Pick<PolicyStore, 'read'>;
  readonly registers: RegisterStore;
  readonly captures: CaptureReader;
  readonly clockGuard: ClockGuard;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly refusals: AuditRefusals;
  /** Milliseconds that one count may take. */
  readonly deadline: number;
}

/** Answers what the rules do, without doing it. */
export class RetentionService {
  constructor(private readonly tools: RetentionTools) {}

  /** Why the message may go at `at` (UTC milliseconds), by the rules and holds of now. Throws NOT_FOUND and AUDIT_UNAVAILABLE. */
  explain(viewer: Viewer, messageId: string, at: number): Promise<Explanation> {
    const { engine, policies, registers, captures, clockGuard } = this.tools;
    return this.tools.refusals.watch(viewer.name, async () => {
      const [stored] = MESSAGE_ID.test(messageId) ? await engine.get(viewer.scope, [messageId]) : [];
      if (!stored) throw new HoldfastError('NOT_FOUND', `message ${messageId}`, { id: messageId });
      await this.record(viewer, 'retentionExplain', null, messageId);
      const { message } = stored;
      const facts = retentionFacts(message, (await captures.of([message])).of(message));
      const set = await policies.read();
      const decision = decideRetention(set, facts, at);
      const { register } = await registers.read();
      const holds = register.entries.flatMap((entry) => {
        const coverage = covers(entry.scope, facts.values);
        return coverage === 'no' ? [] : [{ entry, coverage }];
      });
      const isSuspended = register.suspended !== null || ((await clockGuard.state())?.doubt ?? null) !== null;
      const reasons = [
        ...new Set(holds.map(({ coverage }): KeepReason => (coverage === 'yes' ? 'held' : 'hold_unknown'))),
        ...decision.reasons,
        ...(isSuspended ? (['suspended'] as const) : []),
      ];
      return { messageId, at, isDestroyable: reasons.length === 0, decision, policies: set, holds, reasons };
    });
  }

  /**
   * What a change of the rules would make destroyable at `at` (UTC milliseconds), beyond what the rules of today do; null: what those do.
   * Compliance is passed over: nothing is changed. Throws INPUT_INVALID (time zone), NOT_FOUND, AUDIT_UNAVAILABLE and the engine's errors.
   */
  simulate(viewer: Viewer, change: PolicyChange | null, at: number, timeZone: string): Promise<Simulation> {
    const { engine, policies, registers, captures, deadline } = this.tools;
    return this.tools.refusals.watch(viewer.name, async () => {
      if (!isTimeZone(timeZone))
        throw new HoldfastError('INPUT_INVALID', 'timeZone is an IANA name, e.g. Asia/Macau.', { parameters: ['timeZone'] });
      const today = await policies.read();
      const after = change === null ? today : changePolicies(today, change, true);
      const { entries } = (await registers.read()).register;
      const counter = new MessageCounter(engine, viewer.scope, deadline);
      const counts = await simulateRetention(counter, captures, {
        before: change === null ? null : today,
        after,
        entries,
        now: at,
        timeZone,
      });
      await this.record(viewer, 'retentionSimulate', counts.becoming);
      return { at, policies: after, counts };
    });
  }

  private async record(
    viewer: Viewer,
    operation: 'retentionExplain' | 'retentionSimulate',
    hitCount: number | null,
    messageId?: string,
  ): Promise<void> {
    const event = { kind: 'search', viewer: viewer.name, operation, textHash: null, filterFields: [], order: null, hitCount } as const;
    await this.tools.audit.append(messageId === undefined ? event : { ...event, messageId });
  }
}
