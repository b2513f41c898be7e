import type { HoldEntry } from '../holds/hold-register.js';
import { anyOf, EVERYTHING, type FilterNode } from '../query/ast.js';
import type { FieldName } from '../query/fields.js';
import type { CaptureReader } from './capture-reader.js';
import { believableFilter, type FilterMoment } from './destroyable-filter.js';
import type { MessageCounter } from './message-counter.js';
import type { PolicySet } from './retention-policy.js';
import { missableFields, type FieldThatMayBeMissing } from './three-valued-filter.js';

/** Values of a field that a filter may name. */
const MOST_VALUES = 10_000;

/** What filters are made for, and whether they can tell. */
export interface ReadMoment extends FilterMoment {
  /** False: messages lack a field of too many values to name, so that filters find too many messages, and each must be read. */
  readonly isExact: boolean;
}

/** Finds out what the filters must know of the archive: which imports there were, and which fields messages lack. */
export async function readMoment(
  counter: MessageCounter,
  captureReader: CaptureReader,
  { sets, entries, now }: { readonly sets: readonly PolicySet[]; readonly entries: readonly HoldEntry[]; readonly now: number },
): Promise<ReadMoment> {
  const candidates = believableFilter(now);
  const named = [...sets.flatMap(({ policies }) => policies.map(({ filter }) => filter)), ...entries.map(({ scope }) => scope)];
  const fields = [...new Set<FieldThatMayBeMissing>(['importRunId', ...named.flatMap(missableFields)])];
  const known = await captureReader.read();
  const facets = fields.map((field) => ({ field, first: field === 'importRunId' ? MOST_VALUES : 1 }));
  const found = (await counter.ask(candidates, { facets })).aggregations.facets;
  const runs = found[0]!;
  const present = new Map<FieldName, FilterNode>();
  let isExact = runs.otherCount === 0;
  for (const { field, missingCount } of found) {
    if (missingCount === 0) continue;
    const [values] = (await counter.ask(candidates, { facets: [{ field, first: MOST_VALUES }] })).aggregations.facets;
    if (values!.otherCount === 0) present.set(field, { kind: 'terms', field, values: values!.buckets.map(({ value }) => value) });
    else isExact = false;
  }
  const unknown = runs.buckets.map(({ value }) => value).filter((id) => !known.knows(id));
  return { now, captures: known.without(unknown), has: (field) => present.get(field) ?? presence(field), isExact };
}

/** What was never recalled is known to have no delay; every other field is there. */
function presence(field: FieldName): FilterNode {
  if (field !== 'recallDelaySeconds') return EVERYTHING;
  return anyOf([
    { kind: 'flag', field: 'isRecalled', value: false },
    { kind: 'range', field, from: null, to: null },
  ]);
}
