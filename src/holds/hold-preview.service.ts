import type { Viewer } from '../access/viewer.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { SearchEngine } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { filterFieldNames } from '../filter/to-filter.js';
import { NO_AGGREGATION, type AggregationRequest, type AggregationResult, type Facet, type HistogramBar } from '../query/aggregation.js';
import { allOf, anyOf, EVERYTHING, type FilterNode } from '../query/ast.js';
import type { FieldName } from '../query/fields.js';
import { ViewerScope } from '../query/viewer-scope.js';
import { holdScope, type ScopeParameters } from './hold-scope.js';
import type { HoldEntry } from './hold-register.js';
import type { RegisterStore } from './register-store.js';

/** Values of a count that are listed. */
const VALUES = 100;
/** Facts that a message may lack; a hold that asks for one keeps what lacks it. */
const MAY_LACK: readonly FieldName[] = ['custodianId', 'participantId', 'senderId'];

export interface PreviewParameters extends ScopeParameters {
  /** The hold that the scope would widen; null: a new one. */
  readonly holdId?: string | null;
  /** IANA name: months begin at midnight there. */
  readonly timeZone: string;
}

/** What a hold would cover now; what is imported later comes on top. */
export interface HoldPreview {
  readonly messageCount: number;
  /** Of those, messages that no hold covers so far. */
  readonly newCount: number;
  /** Of those, messages that the named hold does not cover so far; null when none was named. */
  readonly widenedBy: number | null;
  readonly byCustodian: Facet;
  readonly bySource: Facet;
  readonly byMonth: readonly HistogramBar[];
  /** Messages of the whole archive that lack a fact the scope asks for: whether they are meant cannot be told, so the hold keeps them too. */
  readonly lacking: readonly { readonly field: FieldName; readonly count: number }[];
}

/** Counts what a scope would hold, without a look at any content. */
export class HoldPreviews {
  constructor(
    private readonly engine: SearchEngine,
    private readonly registers: RegisterStore,
    private readonly audit: Pick<AuditLog, 'append'>,
    /** Milliseconds that one count may take. */
    private readonly deadline: number,
  ) {}

  /** Throws what `holdScope` and searches throw, NOT_FOUND for a hold that does not bind, and AUDIT_UNAVAILABLE. */
  async preview(viewer: Viewer, parameters: PreviewParameters): Promise<HoldPreview> {
    const scope = holdScope(parameters);
    const { entries } = (await this.registers.read()).register;
    const own = parameters.holdId ? entriesOf(entries, parameters.holdId) : null;
    const [counted, newCount, widenedBy, lacking] = await Promise.all([
      this.ask(viewer, scope, aggregations(parameters.timeZone)),
      entries.length === 0 ? null : this.count(viewer, beyond(scope, entries)),
      own === null ? null : this.count(viewer, beyond(scope, own)),
      this.lacking(viewer, scope),
    ]);
    const filterFields = filterFieldNames(parameters.filter);
    const event = { kind: 'search', operation: 'holdPreview', viewer: viewer.name, textHash: null, filterFields, order: null } as const;
    await this.audit.append({ ...event, hitCount: counted.total });
    const [byCustodian, bySource] = counted.aggregations.facets as [Facet, Facet];
    return {
      messageCount: counted.total,
      newCount: newCount ?? counted.total,
      widenedBy,
      byCustodian,
      bySource,
      byMonth: counted.aggregations.histograms[0]!,
      lacking,
    };
  }

  private async lacking(viewer: Viewer, scope: FilterNode): Promise<HoldPreview['lacking']> {
    const named = fieldsOf(scope);
    const fields = MAY_LACK.filter((field) => named.has(field));
    const facets = fields.map((field) => ({ field, first: 1 }));
    const [{ aggregations: missing }, undated] = await Promise.all([
      facets.length === 0 ? { aggregations: null } : this.ask(viewer, EVERYTHING, { ...NO_AGGREGATION, facets }),
      named.has('sentAt') ? this.count(viewer, { kind: 'terms', field: 'dateState', values: ['undated'] }) : 0,
    ]);
    const counts = (missing?.facets ?? []).map(({ field, missingCount }) => ({ field, count: missingCount }));
    return [...counts, { field: 'sentAt' as const, count: undated }].filter(({ count }) => count > 0);
  }

  private async count(viewer: Viewer, filter: FilterNode): Promise<number> {
    return (await this.ask(viewer, filter, NO_AGGREGATION)).total;
  }

  private async ask(
    viewer: Viewer, filter: FilterNode, aggregated: AggregationRequest,
  ): Promise<{ readonly total: number; readonly aggregations: AggregationResult }> {
    // A hold keeps what its placer may not read, too.
    const { total, aggregations: result } = await this.engine.search(ViewerScope.everything(viewer.name), {
      ...{ query: { filter, text: null }, order: 'newest', first: 0, after: null, question: null, wantsCompleteness: false },
      ...{ wantsTotal: true, aggregations: aggregated, deadline: this.deadline },
    });
    return { total: total!, aggregations: result };
  }
}

function aggregations(timeZone: string): AggregationRequest {
  const facets = (['custodianId', 'source'] as const).map((field) => ({ field, first: VALUES }));
  return { ...NO_AGGREGATION, facets, histograms: [{ interval: 'month', timeZone }] };
}

function entriesOf(entries: readonly HoldEntry[], holdId: string): readonly HoldEntry[] {
  const own = entries.filter((entry) => entry.holdId === holdId);
  if (own.length === 0) throw new HoldfastError('NOT_FOUND', `hold ${holdId}`, { id: holdId });
  return own;
}

function beyond(scope: FilterNode, entries: readonly HoldEntry[]): FilterNode {
  const held = anyOf(entries.map((entry) => entry.scope));
  return held.kind === 'all' ? { kind: 'none' } : allOf([scope, { kind: 'not', node: held }]);
}

function fieldsOf(scope: FilterNode): ReadonlySet<FieldName> {
  switch (scope.kind) {
    case 'terms':
    case 'flag':
    case 'range':
      return new Set([scope.field]);
    case 'and':
    case 'or':
      return new Set(scope.nodes.flatMap((node) => [...fieldsOf(node)]));
    case 'not':
      return fieldsOf(scope.node);
    default:
      return new Set();
  }
}
