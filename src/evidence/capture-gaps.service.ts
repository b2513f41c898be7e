import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import { HoldfastError } from '../errors/errors.js';
import { filterFieldNames, toFilter, type FilterParameters } from '../filter/to-filter.js';
import { isTimeZone } from '../graphql/time-zone.js';
import { ImportRunLog } from '../ingest/import-run-log.js';
import { MOST_DAY_COUNTS_VALUES, NO_AGGREGATION, type DayCounts, type DayCountsRequest } from '../query/aggregation.js';
import { allOf, type FilterNode } from '../query/ast.js';
import { checkFilter } from '../query/check-query.js';
import { ArchiveReader } from './archive-reader.js';
import { DayTotals } from './day-totals.js';
import { localDay } from './local-day.js';
import { SequenceCollection, type SourceSequence } from './sequence-gaps.js';
import { findSilences, type Silence } from './silences.js';

export interface CaptureGapsParameters {
  readonly filter?: FilterParameters | null;
  /** IANA name: days begin at midnight there. */
  readonly timeZone: string;
  /** Silences less probable than this are found. */
  readonly threshold: number;
}

export interface FoundSilence extends Silence {
  readonly isCustodian: boolean;
  /** Messages that the other senders of the filter sent in these days: none may be a holiday, or a hole in the capture. */
  readonly messagesOfOthers: number;
}

export interface CaptureGapsAnswer {
  readonly sequences: readonly SourceSequence[];
  /** Custodians before others, the least probable first. */
  readonly silences: readonly FoundSilence[];
  /** Senders whose days were looked at, and those with fewer messages that were too many to look at. */
  readonly sendersConsidered: number;
  readonly sendersLeftOut: number;
}

/** A clock that runs ahead would prolong every silence to its last day. */
const NOT_FUTURE: FilterNode = { kind: 'not', node: { kind: 'terms', field: 'dateState', values: ['future'] } };
const RUNS_AT_ONCE = 500;

/** What may be missing from the archive: an indication, never a proof (docs/evidence.md). */
@Injectable()
export class CaptureGapsService {
  constructor(
    @Inject(ArchiveReader) private readonly reader: ArchiveReader,
    @Inject(ImportRunLog) private readonly runs: ImportRunLog,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
  ) {}

  /** Throws INPUT_INVALID, AUDIT_UNAVAILABLE and the engine's errors. */
  find(viewer: Viewer, parameters: CaptureGapsParameters): Promise<CaptureGapsAnswer> {
    return this.refusals.watch(viewer.name, async () => {
      if (!isTimeZone(parameters.timeZone)) {
        throw new HoldfastError('INPUT_INVALID', 'timeZone is an IANA name, e.g. Asia/Macau.', { parameters: ['timeZone'] });
      }
      const filter = allOf([toFilter(parameters.filter ?? {}), NOT_FUTURE]);
      checkFilter(filter);
      const [sequences, silences] = await Promise.all([this.sequences(parameters.filter), this.silences(viewer, filter, parameters)]);
      await this.audit.append({
        kind: 'search',
        viewer: viewer.name,
        operation: 'captureGaps',
        textHash: null,
        filterFields: filterFieldNames(parameters.filter),
        hitCount: silences.silences.length,
        order: null,
      });
      return { sequences, ...silences };
    });
  }

  /** Names of senders, where the archive has any. */
  names(viewer: Viewer, senderIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    return this.refusals.watch(viewer.name, () => this.reader.names(viewer, 'senderId', senderIds));
  }

  /** Of whole sources: what one import left out another one may have brought. */
  private async sequences(filter: FilterParameters | null | undefined): Promise<readonly SourceSequence[]> {
    const collection = new SequenceCollection();
    const sourcesOfRuns = new Set<string>();
    for (let after: string | undefined, more = true; more;) {
      const page = await this.runs.list(RUNS_AT_ONCE, after);
      for (const run of page) {
        collection.add(run);
        if (filter?.importRunIds?.includes(run.id)) sourcesOfRuns.add(run.source);
      }
      more = page.length === RUNS_AT_ONCE;
      after = page.at(-1)?.id;
    }
    const isAsked = (source: string): boolean =>
      (filter?.sources?.includes(source) ?? true) && (filter?.importRunIds ? sourcesOfRuns.has(source) : true);
    return collection.build(isAsked);
  }

  private async silences(
    viewer: Viewer,
    filter: FilterNode,
    { filter: parameters, timeZone, threshold }: CaptureGapsParameters,
  ): Promise<Omit<CaptureGapsAnswer, 'sequences'>> {
    const [{ senders, leftOut }, custodians, end] = await Promise.all([
      this.senderDays(viewer, filter, { field: 'senderId', timeZone }),
      this.custodians(viewer, filter),
      this.lastInstant(viewer, filter, parameters),
    ]);
    const totals = new DayTotals(senders);
    const found = end === null ? [] : senders.flatMap((sender) => findSilences(sender, localDay(end, timeZone), threshold));
    const silences = found.map((silence) => ({
      ...silence,
      isCustodian: custodians.has(silence.senderId),
      messagesOfOthers: totals.between(silence.firstDay, silence.lastDay),
    }));
    return { silences: silences.sort(compareSilences), sendersConsidered: senders.length, sendersLeftOut: leftOut };
  }

  /** With more senders than the engine follows: those with the most messages. */
  private async senderDays(
    viewer: Viewer,
    filter: FilterNode,
    request: DayCountsRequest,
  ): Promise<{ senders: readonly DayCounts[]; leftOut: number }> {
    const aggregations = { ...NO_AGGREGATION, dayCounts: [request] };
    try {
      const answer = await this.reader.ask(viewer, filter, { aggregations });
      return { senders: answer.aggregations.dayCounts[0]!, leftOut: 0 };
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'AGGREGATION_TOO_LARGE') throw error;
    }
    const { aggregations: counted } = await this.reader.ask(viewer, filter, {
      aggregations: { ...NO_AGGREGATION, facets: [{ field: 'senderId', first: MOST_DAY_COUNTS_VALUES }], distinct: ['senderId'] },
    });
    const values = counted.facets[0]!.buckets.map(({ value }) => value);
    const answer = await this.reader.ask(viewer, allOf([filter, { kind: 'terms', field: 'senderId', values }]), { aggregations });
    return { senders: answer.aggregations.dayCounts[0]!, leftOut: Math.max(0, (counted.distinct.senderId ?? 0) - values.length) };
  }

  private async custodians(viewer: Viewer, filter: FilterNode): Promise<ReadonlySet<string>> {
    const { aggregations } = await this.reader.ask(viewer, filter, {
      aggregations: { ...NO_AGGREGATION, facets: [{ field: 'custodianId', first: MOST_DAY_COUNTS_VALUES }] },
    });
    return new Set(aggregations.facets[0]!.buckets.map(({ value }) => value));
  }

  /**
   * UTC milliseconds of the last message up to which anyone could have written: of the same sources and before the same end,
   * whoever wrote it. Null without a dated message.
   */
  private async lastInstant(viewer: Viewer, filter: FilterNode, parameters: FilterParameters | null | undefined): Promise<number | null> {
    const { sources, importRunIds, platforms, sentTo, and, or, not } = parameters ?? {};
    // what stands deeper in the filter may bound the time in ways of its own
    const whole = and || or || not ? filter : allOf([toFilter({ sources, importRunIds, platforms, sentTo }), NOT_FUTURE]);
    const { aggregations } = await this.reader.ask(viewer, whole, { aggregations: { ...NO_AGGREGATION, stats: [{ field: 'sentAt' }] } });
    return aggregations.stats.sentAt?.max ?? null;
  }
}

function compareSilences(left: FoundSilence, right: FoundSilence): number {
  if (left.isCustodian !== right.isCustodian) return left.isCustodian ? -1 : 1;
  if (left.probability !== right.probability) return left.probability - right.probability;
  if (left.firstDay !== right.firstDay) return left.firstDay - right.firstDay;
  return left.senderId < right.senderId ? -1 : 1;
}
