import type { Viewer } from '../access/viewer.js';
import type { StoredMessage } from '../domain/message.js';
import { HoldfastError } from '../errors/errors.js';
import { NO_AGGREGATION } from '../query/aggregation.js';
import { allOf, type FilterNode } from '../query/ast.js';
import type { ArchiveReader } from './archive-reader.js';
import { timeOfRecall } from './recall-record.js';

/** A place in the order of recalls: `at` is `timeOfRecall`, null comes last; ties by message id. */
export interface RecallPlace {
  readonly at: number | null;
  readonly id: string;
}

export interface PlacedRecall {
  readonly place: RecallPlace;
  readonly stored: StoredMessage;
}

/** No date lies before it: the filter lets through what is dated. */
const FIRST_INSTANT = -8.64e15;
const DATED: FilterNode = { kind: 'range', field: 'sentAt', from: FIRST_INSTANT, to: null };
const UNDATED: FilterNode = { kind: 'not', node: DATED };
/** Engines keep delays no longer than this; a delay of this length may be any longer one. */
const LONGEST_DELAY_SECONDS = 2 ** 31 - 1;
/** Undated recalls that are sorted in memory, one by one. */
export const MOST_UNDATED = 20_000;
const BATCH = 500;

/**
 * The first `count` recalls of the filter behind a place, in order of recall time. The engine knows the order of sending only.
 * A recall follows the sending within the longest delay there is: so it reads on from that long before the place, until what is
 * still to come was sent after the last recall of the page. Undated recalls have no place there and are read as a whole;
 * throws QUERY_TOO_BROAD when they are too many, and the engine's errors.
 */
export async function recallsBehind(
  reader: ArchiveReader,
  viewer: Viewer,
  recalled: FilterNode,
  after: RecallPlace | null,
  count: number,
  batchSize = BATCH,
): Promise<readonly PlacedRecall[]> {
  const [dated, undated] = await Promise.all([
    datedBehind(reader, viewer, recalled, after, count, batchSize),
    undatedBehind(reader, viewer, recalled, after),
  ]);
  return [...dated, ...undated].sort(byPlace).slice(0, count);
}

async function datedBehind(
  reader: ArchiveReader,
  viewer: Viewer,
  recalled: FilterNode,
  after: RecallPlace | null,
  count: number,
  batchSize: number,
): Promise<readonly PlacedRecall[]> {
  // undated recalls without a time come behind all dated ones
  if (after !== null && after.at === null) return [];
  const from = after === null ? FIRST_INSTANT : after.at! - (await longestDelay(reader, viewer, recalled));
  const filter = allOf([recalled, { kind: 'range', field: 'sentAt', from: Math.max(from, FIRST_INSTANT), to: null }]);
  let found: PlacedRecall[] = [];
  for await (const hits of reader.read(viewer, filter, batchSize)) {
    found = [...found, ...hits.map(placed).filter(({ place }) => isBehind(place, after))].sort(byPlace).slice(0, count);
    if (found.length === count && hits.at(-1)!.message.sentAt! > found.at(-1)!.place.at!) break;
  }
  return found;
}

async function undatedBehind(
  reader: ArchiveReader,
  viewer: Viewer,
  recalled: FilterNode,
  after: RecallPlace | null,
): Promise<readonly PlacedRecall[]> {
  const found: PlacedRecall[] = [];
  let read = 0;
  for await (const hits of reader.read(viewer, allOf([recalled, UNDATED]), BATCH)) {
    read += hits.length;
    if (read > MOST_UNDATED) {
      throw new HoldfastError(
        'QUERY_TOO_BROAD',
        'The recalls of undated messages are too many to order them by their own time: order by SENT.',
        {
          limit: MOST_UNDATED,
        },
      );
    }
    found.push(...hits.map(placed).filter(({ place }) => isBehind(place, after)));
  }
  return found;
}

/** Milliseconds. */
async function longestDelay(reader: ArchiveReader, viewer: Viewer, recalled: FilterNode): Promise<number> {
  const { aggregations } = await reader.ask(viewer, recalled, {
    aggregations: { ...NO_AGGREGATION, stats: [{ field: 'recallDelaySeconds' }] },
  });
  const seconds = aggregations.stats.recallDelaySeconds?.max ?? 0;
  return seconds >= LONGEST_DELAY_SECONDS ? Infinity : seconds * 1000;
}

function placed({ message, raws }: StoredMessage): PlacedRecall {
  return { place: { at: timeOfRecall(message), id: message.id }, stored: { message, raws } };
}

function byPlace(left: PlacedRecall, right: PlacedRecall): number {
  return comparePlaces(left.place, right.place);
}

function isBehind(place: RecallPlace, after: RecallPlace | null): boolean {
  return after === null || comparePlaces(place, after) > 0;
}

function comparePlaces(left: RecallPlace, right: RecallPlace): number {
  if (left.at !== right.at) return (left.at ?? Infinity) < (right.at ?? Infinity) ? -1 : 1;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
