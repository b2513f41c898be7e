import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import type { MessageSource, StoredMessage } from '../domain/message.js';
import { HoldfastError } from '../errors/errors.js';
import { filterFieldNames, toFilter, type FilterParameters } from '../filter/to-filter.js';
import { pageInfoOf, type PageInfo } from '../graphql/page-info.model.js';
import { ImportRunLog } from '../ingest/import-run-log.js';
import { NO_AGGREGATION, type FacetBucket } from '../query/aggregation.js';
import { allOf, type FilterNode } from '../query/ast.js';
import { checkFilter } from '../query/check-query.js';
import { decodeCursor, encodeCursor } from '../query/page.js';
import { ArchiveReader } from './archive-reader.js';
import { countRecallers, type RecallerCounts } from './count-recallers.js';
import { recallsBehind } from './recall-pages.js';
import { recallFacts, type RecallFacts } from './recall-record.js';
import { readRecallCursor, writeRecallCursor } from './recall-cursor.js';

export const RECALL_ORDERS = ['recalled', 'sent'] as const;
export type RecallOrder = (typeof RECALL_ORDERS)[number];

export interface RecallTimelineParameters {
  readonly filter?: FilterParameters | null;
  readonly order: RecallOrder;
  readonly first: number;
  readonly after?: string | null;
}

/** A record, and when the import began that brought it (UTC milliseconds; null when that import is not known). */
export interface ImportedSource extends MessageSource {
  readonly importedAt: number | null;
}

export interface RecallEntry extends Omit<RecallFacts, 'toldBy' | 'answeredBy'> {
  readonly stored: StoredMessage;
  readonly toldBy: readonly ImportedSource[];
  readonly answeredBy: readonly ImportedSource[];
}

/** Over all recalled messages of the filter, exact. Delays in seconds, over the recalls with a known delay. */
export interface RecallSummary {
  readonly total: number;
  readonly orphans: number;
  readonly withDelay: number;
  readonly shortestDelay: number | null;
  readonly longestDelay: number | null;
  readonly meanDelay: number | null;
  /** Those with the most, at most `MOST_BUCKETS`. */
  readonly bySender: readonly FacetBucket[];
  readonly byConversation: readonly FacetBucket[];
  /** What only the messages themselves tell; null when not wanted, or when there are too many to open them. */
  readonly recallers: RecallerCounts | null;
}

export interface RecallTimelineAnswer {
  readonly summary: RecallSummary;
  readonly edges: readonly { readonly cursor: string; readonly entry: RecallEntry }[];
  readonly pageInfo: PageInfo;
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly stored: StoredMessage }[];
  readonly hasNext: boolean;
}

const RECALLED: FilterNode = { kind: 'flag', field: 'isRecalled', value: true };
const MOST_BUCKETS = 20;

/** Who withdrew what, when, and who kept it all the same. Each page shows the archive as it finds it. */
@Injectable()
export class RecallTimelineService {
  constructor(
    @Inject(ArchiveReader) private readonly reader: ArchiveReader,
    @Inject(ImportRunLog) private readonly runs: ImportRunLog,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
  ) {}

  /**
   * `wantsRecallers`: opens every recalled message as well, up to a limit. Throws INPUT_INVALID, CURSOR_INVALID, QUERY_TOO_BROAD
   * (more undated recalls than can be ordered by their own time), AUDIT_UNAVAILABLE and the engine's errors.
   */
  list(viewer: Viewer, parameters: RecallTimelineParameters, wantsRecallers: boolean): Promise<RecallTimelineAnswer> {
    return this.refusals.watch(viewer.name, async () => {
      const recalled = allOf([toFilter(parameters.filter ?? {}), RECALLED]);
      checkFilter(recalled);
      const summary = await this.summary(viewer, recalled, wantsRecallers);
      const { edges, hasNext } = await (parameters.order === 'sent'
        ? this.bySending(viewer, recalled, parameters)
        : this.byRecall(viewer, recalled, parameters));
      const entries = await this.entries(edges.map(({ stored }) => stored));
      await this.audit.append({
        kind: 'search',
        viewer: viewer.name,
        operation: 'recallTimeline',
        textHash: null,
        filterFields: filterFieldNames(parameters.filter),
        hitCount: summary.total,
        order: parameters.order,
      });
      return {
        summary,
        edges: edges.map(({ cursor }, index) => ({ cursor, entry: entries[index]! })),
        pageInfo: pageInfoOf(edges, hasNext, Boolean(parameters.after)),
      };
    });
  }

  private async summary(viewer: Viewer, recalled: FilterNode, wantsRecallers: boolean): Promise<RecallSummary> {
    const { total, aggregations } = await this.reader.ask(viewer, recalled, {
      wantsTotal: true,
      aggregations: {
        ...NO_AGGREGATION,
        facets: [
          { field: 'isOrphanRecall', first: 2 },
          { field: 'senderId', first: MOST_BUCKETS },
          { field: 'conversationId', first: MOST_BUCKETS },
        ],
        stats: [{ field: 'recallDelaySeconds' }],
      },
    });
    const [orphans, senders, conversations] = aggregations.facets;
    const { count, min, max, sum } = aggregations.stats.recallDelaySeconds!;
    return {
      total: total!,
      orphans: orphans!.buckets.find(({ value }) => value === 'true')?.count ?? 0,
      withDelay: count,
      shortestDelay: min,
      longestDelay: max,
      meanDelay: count === 0 ? null : sum / count,
      bySender: senders!.buckets,
      byConversation: conversations!.buckets,
      recallers: wantsRecallers ? await countRecallers(this.reader, viewer, recalled, total!) : null,
    };
  }

  private async bySending(viewer: Viewer, recalled: FilterNode, { first, after }: RecallTimelineParameters): Promise<Page> {
    const key = after ? decodeCursor(after) : null;
    if (after && key === null) throw new HoldfastError('CURSOR_INVALID');
    const { hits, hasNext } = await this.reader.ask(viewer, recalled, { first, after: key });
    return { edges: hits.map((hit) => ({ cursor: encodeCursor(hit.key), stored: hit })), hasNext };
  }

  private async byRecall(viewer: Viewer, recalled: FilterNode, { first, after }: RecallTimelineParameters): Promise<Page> {
    const place = after ? readRecallCursor(after, recalled) : null;
    const found = await recallsBehind(this.reader, viewer, recalled, place, first + 1);
    const edges = found.slice(0, first).map((one) => ({ cursor: writeRecallCursor(one.place, recalled), stored: one.stored }));
    return { edges, hasNext: found.length > first };
  }

  private async entries(stored: readonly StoredMessage[]): Promise<readonly RecallEntry[]> {
    const facts = stored.map(({ message }) => recallFacts(message));
    const sources = facts.flatMap(({ toldBy, answeredBy }) => [...toldBy, ...answeredBy]);
    const ids = [...new Set(sources.map(({ importRunId }) => importRunId))];
    const runs = await Promise.all(ids.map(async (id) => [id, (await this.runs.find(id))?.startedAt ?? null] as const));
    const times = new Map(runs);
    const imported = (source: MessageSource): ImportedSource => ({ ...source, importedAt: times.get(source.importRunId) ?? null });
    return facts.map((fact, index) => ({
      ...fact,
      stored: stored[index]!,
      toldBy: fact.toldBy.map(imported),
      answeredBy: fact.answeredBy.map(imported),
    }));
  }
}
