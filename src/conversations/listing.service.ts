import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import { Environment } from '../config/env.js';
import { SearchEngine, type SearchResult } from '../engine/search-engine.js';
import { toFilter, type FilterParameters } from '../filter/to-filter.js';
import { pageInfoOf, type PageInfo } from '../graphql/page-info.model.js';
import { NO_AGGREGATION, type AggregationRequest } from '../query/aggregation.js';
import { allOf, EVERYTHING, type FilterNode } from '../query/ast.js';
import { checkFilter } from '../query/check-query.js';
import { readRowCursor, writeRowCursor } from './row-cursor.js';

export interface ListingParameters {
  readonly filter?: FilterParameters | null;
  readonly first: number;
  readonly after?: string | null;
}

/** One value of the listed field and the messages that have it. */
export interface ListedValue {
  readonly id: string;
  readonly name: string | null;
  readonly messageCount: number;
  /** UTC milliseconds; null without a dated message, or when details were not wanted. */
  readonly firstSentAt: number | null;
  readonly lastSentAt: number | null;
  /** Where the messages come from; empty when details were not wanted. */
  readonly identitySpaces: readonly string[];
}

export interface Listing {
  readonly totalCount: number;
  readonly edges: readonly { readonly cursor: string; readonly node: ListedValue }[];
  readonly pageInfo: PageInfo;
}

/** What one more engine call tells of a row. */
type Details = Pick<ListedValue, 'firstSentAt' | 'lastSentAt' | 'identitySpaces'>;

const NO_DETAILS: Details = { firstSentAt: null, lastSentAt: null, identitySpaces: [] };
/** Rows whose details are asked for side by side: more would only wait for the search processes. */
const DETAILS_AT_ONCE = 2;
/** Identity spaces that are named of a row. */
const SPACES_TOLD = 20;

/** Lists conversations and participants by the number of their messages. A list shows the archive as each page finds it. */
@Injectable()
export class ListingService {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
    @Inject(Environment) private readonly environment: Environment,
  ) {}

  /** Throws INPUT_INVALID, CURSOR_INVALID and the engine's errors. `wantsDetails`: one more engine call a row. */
  list(viewer: Viewer, field: 'conversationId' | 'participantId', parameters: ListingParameters, wantsDetails: boolean): Promise<Listing> {
    return this.refusals.watch(viewer.name, async () => {
      const filter = parameters.filter ? toFilter(parameters.filter) : EVERYTHING;
      checkFilter(filter);
      const from = readRowCursor(parameters.after);
      const upTo = from + parameters.first;
      const { aggregations } = await this.aggregate(viewer, filter, { facets: [{ field, first: upTo }], distinct: [field] });
      const rows = aggregations.facets[0]!.buckets.slice(from);
      const details = wantsDetails
        ? await this.details(
            viewer,
            field,
            filter,
            rows.map((row) => row.value),
          )
        : [];
      const totalCount = aggregations.distinct[field] ?? 0;
      await this.audit.append({
        kind: 'search',
        viewer: viewer.name,
        operation: 'list',
        textHash: null,
        filterFields: Object.keys(parameters.filter ?? {}).sort(),
        hitCount: totalCount,
        order: field,
      });
      const edges = rows.map(({ value, label, count }, index) => ({
        cursor: writeRowCursor(from + index + 1),
        node: {
          id: value,
          name: label,
          messageCount: count,
          ...(details[index] ?? NO_DETAILS),
        },
      }));
      return { totalCount, edges, pageInfo: pageInfoOf(edges, totalCount > upTo, from > 0) };
    });
  }

  private async details(
    viewer: Viewer,
    field: 'conversationId' | 'participantId',
    filter: FilterNode,
    values: readonly string[],
  ): Promise<Details[]> {
    const details: Details[] = [];
    const wanted: Partial<AggregationRequest> = {
      stats: [{ field: 'sentAt' }],
      ...(field === 'conversationId' && { facets: [{ field: 'identitySpace', first: SPACES_TOLD }] }),
    };
    for (let index = 0; index < values.length; index += DETAILS_AT_ONCE) {
      const batch = values.slice(index, index + DETAILS_AT_ONCE).map(async (value): Promise<Details> => {
        const only = allOf([filter, { kind: 'terms', field, values: [value] }]);
        const { stats, facets } = (await this.aggregate(viewer, only, wanted)).aggregations;
        return {
          firstSentAt: stats.sentAt?.min ?? null,
          lastSentAt: stats.sentAt?.max ?? null,
          identitySpaces: (facets[0]?.buckets ?? []).map((bucket) => bucket.value).sort(),
        };
      });
      details.push(...(await Promise.all(batch)));
    }
    return details;
  }

  private aggregate(viewer: Viewer, filter: FilterNode, wanted: Partial<AggregationRequest>): Promise<SearchResult> {
    return this.engine.search(viewer.scope, {
      query: { filter, text: null },
      order: 'newest',
      first: 0,
      after: null,
      question: null,
      wantsTotal: false,
      aggregations: { ...NO_AGGREGATION, ...wanted },
      wantsCompleteness: false,
      deadline: this.environment.HOLDFAST_SEARCH_TIMEOUT_MS,
    });
  }
}
