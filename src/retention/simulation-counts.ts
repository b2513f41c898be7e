import type { StoredMessage } from '../domain/message.js';
import { covers } from '../holds/covers.js';
import type { HoldEntry } from '../holds/hold-register.js';
import type { FacetBucket, HistogramBar } from '../query/aggregation.js';
import { barStarts } from '../query/bar-starts.js';
import { compareValues } from '../query/compare-values.js';
import type { CaptureTimes } from './capture-times.js';
import { decideRetention, type RetentionDecision } from './decide-retention.js';
import { retentionFacts, type RetentionFacts } from './retention-facts.js';
import { isDeleting, type PolicySet } from './retention-policy.js';

/** The rules before and after a change; before: null where no change is asked about. */
export interface ComparedRules {
  readonly before: PolicySet | null;
  readonly after: PolicySet;
}

/** What a simulation counts messages by. */
export interface CountingMoment {
  /** UTC milliseconds. */
  readonly now: number;
  /** IANA name: months begin at midnight there. */
  readonly timeZone: string;
  readonly captures: CaptureTimes;
  readonly entries: readonly HoldEntry[];
}

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** Counts of a simulation, from the engine's answers and from messages that were read one by one. */
export class SimulationCounts {
  /** What would become destroyable, and of what the rules would let go what holds keep. */
  becoming = 0;
  held = 0;
  /** What holds do not keep, under the rules before and after. */
  before = 0;
  after = 0;
  /** Messages that were read. */
  read = 0;
  withoutCustodian = 0;
  private readonly byRule = new Map<string, number>();
  private readonly byCustodian = new Map<string, number>();
  private readonly byMonth = new Map<number, number>();
  private readonly monthOf: (instant: number) => number;

  constructor(private readonly moment: CountingMoment) {
    this.monthOf = barStarts('month', moment.timeZone);
  }

  /** Takes over counts of the engine: custodians, and months. */
  addBuckets(buckets: readonly FacetBucket[], bars: readonly HistogramBar[]): void {
    for (const { value, count } of buckets) add(this.byCustodian, value, count);
    for (const { start, count } of bars) if (start !== null) add(this.byMonth, start, count);
  }

  /** Takes over how many messages a rule lets go. */
  addToRule(policyId: string, count: number): void {
    add(this.byRule, policyId, count);
  }

  /** Decides about a message that was read. */
  addMessage({ message }: StoredMessage, rules: ComparedRules): void {
    const { now, captures, entries } = this.moment;
    const facts = retentionFacts(message, captures.of(message));
    const after = decideRetention(rules.after, facts, now);
    const wasEligible = rules.before !== null && decideRetention(rules.before, facts, now).eligible;
    const isHeld = entries.some(({ scope }) => covers(scope, facts.values) !== 'no');
    this.read += 1;
    if (wasEligible && !isHeld) this.before += 1;
    if (!after.eligible) return;
    if (!isHeld) this.after += 1;
    if (wasEligible) return;
    if (isHeld) this.held += 1;
    else this.addBecoming(facts, after, rules.after);
  }

  /** Oldest first. */
  months(): readonly { readonly start: number; readonly count: number }[] {
    return [...this.byMonth].sort(([left], [right]) => left - right).map(([start, count]) => ({ start, count }));
  }

  /** The most first, ties by value. */
  custodians(): readonly ValueCount[] {
    return byFrequency(this.byCustodian);
  }

  /** By policy id. A message that several rules let go counts for each. */
  rules(): readonly ValueCount[] {
    return byFrequency(this.byRule);
  }

  private addBecoming({ values }: RetentionFacts, { terms }: RetentionDecision, { policies }: PolicySet): void {
    this.becoming += 1;
    add(this.byMonth, this.monthOf(values.sentAt!), 1);
    for (const custodian of values.custodianId) add(this.byCustodian, custodian, 1);
    if (values.custodianId.length === 0) this.withoutCustodian += 1;
    const due = terms.filter(({ expiresAt }) => typeof expiresAt === 'number' && expiresAt <= this.moment.now);
    const rules = due.map(({ policyId }) => policies.find(({ id }) => id === policyId)!).filter(isDeleting);
    const specific = rules.filter(({ scope }) => scope === 'specific');
    for (const { id } of specific.length > 0 ? specific : rules) add(this.byRule, id, 1);
  }
}

function byFrequency(counts: ReadonlyMap<string, number>): readonly ValueCount[] {
  return [...counts]
    .filter(([, count]) => count > 0)
    .sort(([leftValue, left], [rightValue, right]) => right - left || compareValues(leftValue, rightValue))
    .map(([value, count]) => ({ value, count }));
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
