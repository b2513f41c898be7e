import type { QueryBody } from './cluster.js';
import { IndexNames } from './index-names.js';
import type { Deadline, Searching } from './searching.js';

/** The number of the physical index stands above the sequence number; together they are what a number holds exactly. */
const INDEX_STEP = 2 ** 40;

/** Marks how far the archive goes in this snapshot: the physical index, and the last sequence number in it. */
export async function listWatermark(searching: Searching, deadline: Deadline): Promise<number> {
  const aggs = { last: { max: { field: '_seq_no' } }, index: { terms: { field: '_index', size: 1 } } };
  const { aggregations } = await searching.search({ size: 0, aggs }, deadline);
  const { value: last } = aggregations!['last'] as { readonly value: number | null };
  const [index] = (aggregations!['index'] as { readonly buckets: readonly { readonly key: string }[] }).buckets;
  const number = index === undefined ? null : namesOf(searching).numberOf(index.key);
  return (number ?? 0) * INDEX_STEP + (last ?? 0);
}

/**
 * Messages that were there when a list was begun, none left out: what was written up to then, and what has replaced something.
 * Few others are among them: messages that came since and have been replaced already, and, with several shards, whose
 * sequence numbers run apart, a few that came just behind. In another physical index than the list was begun in: all messages.
 */
export function wasThereAt(searching: Searching, watermark: number): QueryBody {
  const number = Math.floor(watermark / INDEX_STEP);
  const isAnotherIndex = { bool: { must_not: [{ term: { _index: namesOf(searching).physical(number) } }] } };
  const should = [{ range: { _seq_no: { lte: watermark % INDEX_STEP } } }, { term: { isReplacement: true } }, isAnotherIndex];
  return { bool: { should, minimum_should_match: 1 } };
}

function namesOf({ cluster }: Searching): IndexNames {
  return new IndexNames(cluster.settings.prefix);
}
