import type { HoldEntry } from '../holds/hold-register.js';
import { allOf, anyOf, EVERYTHING, NOTHING, type FilterNode } from '../query/ast.js';
import { mergeAlternatives } from '../query/merge-alternatives.js';
import type { CaptureReader } from './capture-reader.js';
import { destroyableFilters, type DestroyableFilters } from './destroyable-filter.js';
import type { MessageCounter } from './message-counter.js';
import { readMoment } from './read-moment.js';
import { SimulationCounts, type ComparedRules } from './simulation-counts.js';
import { possibly } from './three-valued-filter.js';

/** What a simulation is about. */
export interface SimulationRequest extends ComparedRules {
  /** The clauses of every hold. */
  readonly entries: readonly HoldEntry[];
  /** UTC milliseconds. */
  readonly now: number;
  /** IANA name: months begin at midnight there. */
  readonly timeZone: string;
}

/** Custodians that the engine is asked for: all there may be. */
const CUSTODIANS = 10_000;
const EDITED: FilterNode = { kind: 'flag', field: 'isEdited', value: true };
const NOT_EDITED: FilterNode = { ...EDITED, value: false };

/**
 * What the rules of `after` would make destroyable at a time that those of `before` do not. Exact: the engine counts by filters that say
 * what `decideRetention` does. Only what filters cannot tell is read and decided one by one: edited messages, whose last edit no filter
 * knows, and all of them where messages lack a field of more values than a filter may name.
 */
export async function simulateRetention(
  counter: MessageCounter,
  captures: CaptureReader,
  request: SimulationRequest,
): Promise<SimulationCounts> {
  const { before, after, entries, now, timeZone } = request;
  const moment = await readMoment(counter, captures, { sets: before === null ? [after] : [before, after], entries, now });
  const counts = new SimulationCounts({ now, timeZone, captures: moment.captures, entries });
  const filters: Filters = {
    after: destroyableFilters(after, moment),
    before: before === null ? NOTHING : destroyableFilters(before, moment).destroyable,
    held: possibly(mergeAlternatives(entries.map(({ scope }) => scope)), moment.has),
  };
  const destroyable = anyOf([filters.before, filters.after.destroyable]);
  await Promise.all([
    moment.isExact ? countByFilters(counter, counts, filters, timeZone) : undefined,
    readOneByOne(counter, counts, moment.isExact ? allOf([EDITED, destroyable]) : destroyable, request),
  ]);
  return counts;
}

interface Filters {
  readonly after: DestroyableFilters;
  /** What was destroyable before, holds aside. */
  readonly before: FilterNode;
  readonly held: FilterNode;
}

async function countByFilters(
  counter: MessageCounter,
  counts: SimulationCounts,
  { after, before, held }: Filters,
  timeZone: string,
): Promise<void> {
  const isNew = allOf([NOT_EDITED, not(before)]);
  const isFree = allOf([isNew, not(held)]);
  const aggregations = {
    facets: [{ field: 'custodianId' as const, first: CUSTODIANS }],
    histograms: [{ interval: 'month' as const, timeZone }],
  };
  const [becoming, wasDestroyable, isDestroyable, isHeld] = await Promise.all([
    counter.ask(allOf([after.destroyable, isFree]), aggregations),
    counter.count(allOf([before, NOT_EDITED, not(held)])),
    before.kind === 'none' ? null : counter.count(allOf([after.destroyable, NOT_EDITED, not(held)])),
    counter.count(allOf([after.destroyable, isNew, held])),
    ...[...after.byRule].map(async ([id, filter]) => counts.addToRule(id, await counter.count(allOf([filter, isFree])))),
  ]);
  const [custodians] = becoming.aggregations.facets;
  counts.becoming += becoming.total!;
  counts.before += wasDestroyable;
  counts.after += isDestroyable ?? becoming.total!;
  counts.held += isHeld;
  counts.withoutCustodian += custodians!.missingCount;
  counts.addBuckets(custodians!.buckets, becoming.aggregations.histograms[0]!);
}

async function readOneByOne(counter: MessageCounter, counts: SimulationCounts, filter: FilterNode, rules: ComparedRules): Promise<void> {
  if (filter.kind === 'none') return;
  for await (const batch of counter.read(filter)) for (const stored of batch) counts.addMessage(stored, rules);
}

function not(node: FilterNode): FilterNode {
  if (node.kind === 'all') return NOTHING;
  return node.kind === 'none' ? EVERYTHING : { kind: 'not', node };
}
