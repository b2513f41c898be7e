import type { DateState } from '../domain/values.js';
import { allOf, anyOf, EVERYTHING, NOTHING, type FilterNode } from '../query/ast.js';
import { checkFilter } from '../query/check-query.js';
import { mergeAlternatives } from '../query/merge-alternatives.js';
import type { CaptureTimes } from './capture-times.js';
import { EARLIEST_SENT } from './decide-retention.js';
import { LocalCalendar } from './local-calendar.js';
import { parsePeriod } from './period.js';
import { eventTime, isDeleting, isKeeping, type PolicySet, type RetentionPolicy, type RetentionTrigger } from './retention-policy.js';
import { certainly, possibly, type HasField } from './three-valued-filter.js';

const DAY = 86_400_000;

/** The rules of one moment as filters, which engines count by instead of reading messages. */
export interface DestroyableFilters {
  /** Exactly the messages that `decideRetention` lets go, as long as they were never edited: of edited ones too many, never too few. */
  readonly destroyable: FilterNode;
  /** By the id of a policy that deletes: of those, the ones that it lets go. One message may be let go by several. */
  readonly byRule: ReadonlyMap<string, FilterNode>;
}

/** What the filters are made for. */
export interface FilterMoment {
  /** UTC milliseconds. */
  readonly now: number;
  readonly captures: CaptureTimes;
  readonly has: HasField;
}

/** Messages of which it is not clear from the start that their time keeps them. */
export function believableFilter(now: number): FilterNode {
  return allOf([{ kind: 'range', field: 'sentAt', from: EARLIEST_SENT, to: now + 1 }, not(dateStateIs('future', 'undated'))]);
}

/** The conditions of `decideRetention` as filters: change both together. */
export function destroyableFilters(set: PolicySet, moment: FilterMoment): DestroyableFilters {
  const active = set.policies.filter(({ state }) => state === 'active');
  if (!active.every(isReadable)) return { destroyable: NOTHING, byRule: new Map() };
  const rules = active.map((policy): Rule => ({ policy, ...termFilters(policy, set, moment) }));
  const deleting = rules.filter(({ policy }) => isDeleting(policy));
  const [specific, global] = (['specific', 'global'] as const).map((scope) => deleting.filter(({ policy }) => policy.scope === scope)) as [
    Rule[],
    Rule[],
  ];
  const noneIsSpecific = not(certainly(mergeAlternatives(specific.map(({ policy }) => policy.filter)), moment.has));
  const anyIsOver = (some: readonly Rule[]): FilterNode =>
    certainly(mergeAlternatives(some.map(({ policy, isOver }) => allOf([policy.filter, isOver]))), moment.has);
  const destroyable = allOf([
    believableFilter(moment.now),
    anyOf([anyIsOver(specific), allOf([noneIsSpecific, anyIsOver(global)])]),
    ...nothingKeeps(rules, moment.has),
  ]);
  const deletedBy = ({ policy, isOver }: Rule): FilterNode =>
    allOf([certainly(policy.filter, moment.has), isOver, ...(policy.scope === 'global' ? [noneIsSpecific] : []), destroyable]);
  return { destroyable, byRule: new Map(deleting.map((rule) => [rule.policy.id, deletedBy(rule)])) };
}

/** When the term of a rule has passed, and whether that is known. */
interface TermFilters {
  readonly isKnown: FilterNode;
  readonly isOver: FilterNode;
}

interface Rule extends TermFilters {
  readonly policy: RetentionPolicy;
}

/** A rule that cannot be read keeps everything. */
function isReadable({ filter }: RetentionPolicy): boolean {
  try {
    checkFilter(filter);
    return true;
  } catch {
    return false;
  }
}

/** It is clear of each rule whether it applies; and of those that do, the term is known and, where they keep, over. */
function nothingKeeps(rules: readonly Rule[], has: HasField): readonly FilterNode[] {
  const clear = new Map(rules.map(({ policy }) => isClear(policy.filter, has)).map((node) => [JSON.stringify(node), node]));
  const byTerm = new Map<string, { readonly allowed: FilterNode; readonly filters: FilterNode[] }>();
  for (const { policy, isKnown, isOver } of rules) {
    const allowed = isKeeping(policy) ? isOver : isKnown;
    const group = byTerm.get(JSON.stringify(allowed)) ?? { allowed, filters: [] };
    group.filters.push(policy.filter);
    byTerm.set(JSON.stringify(allowed), group);
  }
  const allowing = [...byTerm.values()].map(({ allowed, filters }) => anyOf([not(possibly(mergeAlternatives(filters), has)), allowed]));
  return [...clear.values(), ...allowing];
}

/** The messages of which it is known whether the filter applies. */
function isClear(filter: FilterNode, has: HasField): FilterNode {
  if (filter.kind === 'terms' || filter.kind === 'range') return has(filter.field);
  const [certain, possible] = [certainly(filter, has), possibly(filter, has)];
  return JSON.stringify(certain) === JSON.stringify(possible) ? EVERYTHING : anyOf([certain, not(possible)]);
}

function termFilters(policy: RetentionPolicy, set: PolicySet, moment: FilterMoment): TermFilters {
  if (policy.until !== null) return { isKnown: EVERYTHING, isOver: policy.until <= moment.now ? EVERYTHING : NOTHING };
  try {
    const cutoff = LocalCalendar.of(policy.timeZone).cutoff(moment.now, parsePeriod(policy.period!));
    return triggerFilters(policy.trigger!, cutoff, set, moment);
  } catch {
    return { isKnown: NOTHING, isOver: NOTHING };
  }
}

/** Whether the trigger's time is known, and whether it was before the cutoff. */
function triggerFilters(trigger: RetentionTrigger, cutoff: number, set: PolicySet, { captures, has }: FilterMoment): TermFilters {
  if (trigger.kind === 'event') {
    const at = eventTime(set, trigger.event);
    return { isKnown: at === null ? NOTHING : EVERYTHING, isOver: at !== null && at < cutoff ? EVERYTHING : NOTHING };
  }
  const isCaptureKnown = allOf([has('importRunId'), not(runIs(captures.unknown))]);
  const captured = allOf([isCaptureKnown, not(runIs(captures.since(cutoff)))]);
  const sent: FilterNode = { kind: 'range', field: 'sentAt', from: null, to: cutoff };
  if (trigger.kind === 'captured') return { isKnown: isCaptureKnown, isOver: captured };
  if (trigger.kind === 'later') return { isKnown: isCaptureKnown, isOver: allOf([sent, captured]) };
  const exact = dateStateIs('exact');
  if (trigger.isTrusted) return { isKnown: anyOf([exact, isCaptureKnown]), isOver: allOf([sent, anyOf([exact, captured])]) };
  return {
    isKnown: isCaptureKnown,
    isOver: allOf([sent, anyOf([captured, allOf([exact, isCaptureKnown, capturedWithinADay(cutoff, captures)])])]),
  };
}

/** Sent before the cutoff, captured after it, but not more than a day after sending. */
function capturedWithinADay(cutoff: number, captures: CaptureTimes): FilterNode {
  const runs = captures.between(cutoff, cutoff + DAY);
  return anyOf(
    runs.map(({ id, startedAt }) =>
      allOf([runIs([id]), not(runIs(captures.since(startedAt + 1))), { kind: 'range', field: 'sentAt', from: startedAt - DAY, to: null }]),
    ),
  );
}

function runIs(runs: readonly string[]): FilterNode {
  return runs.length === 0 ? NOTHING : { kind: 'terms', field: 'importRunId', values: runs };
}

function dateStateIs(...states: readonly DateState[]): FilterNode {
  return { kind: 'terms', field: 'dateState', values: states };
}

function not(node: FilterNode): FilterNode {
  if (node.kind === 'all') return NOTHING;
  return node.kind === 'none' ? EVERYTHING : { kind: 'not', node };
}
