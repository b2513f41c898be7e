import type { estypes } from '@elastic/elasticsearch';
import { HoldfastError } from '../../errors/errors.js';
import {
  MOST_DAY_COUNTS_VALUES, type DayCounts, type DayCountsRequest, type HistogramBar, type HistogramInterval, type HistogramRequest,
} from '../../query/aggregation.js';
import { localBarStarts } from '../../query/bar-starts.js';
import { compareValues } from '../../query/compare-values.js';
import { ZoneOffsets, type OffsetSpan } from '../../query/zone-offsets.js';
import type { AggregationBody, AggregationPart, PartAnswer } from './aggregation-part.js';
import type { QueryBody } from './cluster.js';
import { compositePages, type CompositeSource, type MoreSearches } from './composite-pages.js';

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;
/** Zones whose clocks keep their offset all this time are counted in the search for the page. */
const STEADY_TIME = { from: Date.UTC(1992, 0), to: Date.UTC(2040, 0) } as const;

interface Counted {
  readonly doc_count: number;
}

interface Bound {
  /** UTC milliseconds; null where no hit has a time. */
  readonly value: number | null;
}

interface HistogramAnswer {
  readonly buckets: readonly { readonly key: number; readonly doc_count: number }[];
}

/** Hits at whose times the clocks have one offset. */
interface OffsetGroup {
  readonly offset: number;
  readonly more: MoreSearches;
}

/** Where the times of the hits begin and end. */
const BOUNDS = { earliest: { min: { field: 'sentAt' } }, latest: { max: { field: 'sentAt' } } } satisfies Record<string, AggregationBody>;

/**
 * A histogram. Elasticsearch counts by clocks that never change, once for each offset that the zone has had; which bar a
 * count belongs to is decided here, by the same time zone tables on every engine.
 */
export function histogramPart({ interval, timeZone }: HistogramRequest): AggregationPart<readonly HistogramBar[]> {
  // Hours may be more than one answer holds.
  const steady = interval === 'hour' ? null : steadyOffset(timeZone);
  const isWhole = (answer: PartAnswer): boolean => {
    const { earliest, latest } = boundsOf(answer);
    if (earliest === null || latest === null) return true;
    return steady !== null && earliest >= STEADY_TIME.from && latest < STEADY_TIME.to;
  };
  return {
    body: {
      ...BOUNDS,
      undated: { missing: { field: 'sentAt' } },
      ...(steady !== null && { bars: { date_histogram: { ...localInterval(interval, steady), min_doc_count: 1 } } }),
    },
    needsMore: steady === null,
    isWhole,
    async read(answer, more) {
      const tally = new BarTally(interval, timeZone);
      if (!isWhole(answer)) await countBars(interval, groupsOf(timeZone, answer, more), tally);
      else if (steady !== null) {
        for (const { key, doc_count: count } of (answer['bars'] as HistogramAnswer).buckets) tally.add(key, steady, count);
      }
      return tally.bars((answer['undated'] as Counted).doc_count);
    },
  };
}

async function countBars(interval: HistogramInterval, groups: readonly OffsetGroup[], tally: BarTally): Promise<void> {
  await Promise.all(
    groups.map(async ({ offset, more }) => {
      const bar = { bar: { date_histogram: localInterval(interval, offset) } };
      for await (const page of compositePages(more, [bar])) {
        for (const { key, doc_count: count } of page) tally.add(key['bar'] as number, offset, count);
      }
    }),
  );
}

/** Puts the counts of bars together: parts of one bar may have been counted by different offsets. */
class BarTally {
  private readonly counts = new Map<number, number>();
  private readonly startOf: (local: number) => number;

  constructor(
    private readonly interval: HistogramInterval,
    timeZone: string,
  ) {
    this.startOf = localBarStarts(timeZone);
  }

  /** `start`: of the bar by a clock that always had this offset. */
  add(start: number, offset: number, count: number): void {
    const own = this.interval === 'hour' ? start : this.startOf(start + offset);
    this.counts.set(own, (this.counts.get(own) ?? 0) + count);
  }

  bars(undated: number): readonly HistogramBar[] {
    const bars: HistogramBar[] = [...this.counts].sort(([left], [right]) => left - right).map(([start, count]) => ({ start, count }));
    return undated === 0 ? bars : [...bars, { start: null, count: undated }];
  }
}

/** The messages of each value day by day, sorted by value. Reading throws AGGREGATION_TOO_LARGE. */
export function dayCountsPart({ field, timeZone }: DayCountsRequest): AggregationPart<readonly DayCounts[]> {
  return {
    body: BOUNDS,
    needsMore: true,
    isWhole: (answer) => boundsOf(answer).earliest === null,
    async read(answer, more) {
      const tally = new DayTally();
      await Promise.all(
        groupsOf(timeZone, answer, more).map(async (group) => {
          const sources: CompositeSource[] = [{ value: { terms: { field } } }, { day: { date_histogram: localInterval('day', group.offset) } }];
          for await (const page of compositePages(group.more, sources)) {
            for (const { key, doc_count: count } of page) {
              tally.add(String(key['value']), Math.round(((key['day'] as number) + group.offset) / DAY), count);
            }
          }
        }),
      );
      return tally.dayCounts();
    },
  };
}

class DayTally {
  /** By value, in the order of values as long as one group of hits is counted: count by local day. */
  private readonly values = new Map<string, Map<number, number>>();

  add(value: string, day: number, count: number): void {
    let days = this.values.get(value);
    if (days === undefined) {
      days = new Map();
      this.values.set(value, days);
      if (this.values.size > MOST_DAY_COUNTS_VALUES) {
        throw new HoldfastError('AGGREGATION_TOO_LARGE', '', { values: this.values.size, limit: MOST_DAY_COUNTS_VALUES });
      }
    }
    days.set(day, (days.get(day) ?? 0) + count);
  }

  dayCounts(): readonly DayCounts[] {
    return [...this.values]
      .sort(([left], [right]) => compareValues(left, right))
      .map(([value, counts]) => {
        const days = Int32Array.from(counts.keys()).sort();
        return { value, days, counts: Uint32Array.from(days, (day) => counts.get(day)!) };
      });
  }
}

function boundsOf({ earliest, latest }: PartAnswer): { readonly earliest: number | null; readonly latest: number | null } {
  return { earliest: (earliest as Bound).value, latest: (latest as Bound).value };
}

/** The dated hits, by the offset that the zone's clocks had at their times. */
function groupsOf(timeZone: string, answer: PartAnswer, more: MoreSearches): readonly OffsetGroup[] {
  const { earliest, latest } = boundsOf(answer);
  if (earliest === null || latest === null) return [];
  const byOffset = new Map<number, OffsetSpan[]>();
  for (const span of ZoneOffsets.of(timeZone).spans(earliest, latest)) {
    const spans = byOffset.get(span.offset);
    if (spans === undefined) byOffset.set(span.offset, [span]);
    else spans.push(span);
  }
  if (byOffset.size === 1) return [...byOffset.keys()].map((offset) => ({ offset, more }));
  return [...byOffset].map(([offset, spans]) => ({ offset, more: { ...more, query: within(more.query, spans) } }));
}

function within(query: QueryBody, spans: readonly OffsetSpan[]): QueryBody {
  const should = spans.map(({ from, to }) => ({ range: { sentAt: { gte: from, lt: to, format: 'epoch_millis' } } }));
  return { bool: { filter: [query, { bool: { should, minimum_should_match: 1 } }] } };
}

const steadyOffsets = new WeakMap<ZoneOffsets, number | null>();

/** The offset that a zone keeps through all of the steady time, null where it changes. */
function steadyOffset(timeZone: string): number | null {
  const offsets = ZoneOffsets.of(timeZone);
  const known = steadyOffsets.get(offsets);
  if (known !== undefined) return known;
  const spans = offsets.spans(STEADY_TIME.from, STEADY_TIME.to - 1);
  const found = spans.length === 1 ? spans[0]!.offset : null;
  steadyOffsets.set(offsets, found);
  return found;
}

/** Bars of a clock that always has the offset. */
function localInterval(interval: HistogramInterval, offset: number): {
  readonly field: 'sentAt'; readonly calendar_interval: estypes.AggregationsCalendarInterval; readonly time_zone: string;
} {
  return { field: 'sentAt', calendar_interval: interval, time_zone: formatOffset(offset) };
}

/** `+08:00`, or `+08:05:43` where clocks were a fraction of a minute off. */
function formatOffset(offset: number): string {
  const seconds = Math.abs(offset) / SECOND;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, ...(seconds % 60 === 0 ? [] : [seconds % 60])];
  return `${offset < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join(':')}`;
}
