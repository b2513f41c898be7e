import { HoldfastError } from '../../errors/errors.js';
import type { AggregationRequest, AggregationResult } from '../../query/aggregation.js';
import { allOf, type FilterNode, type Query, type TextNode } from '../../query/ast.js';
import type { FieldName } from '../../query/fields.js';
import type { PageKey } from '../../query/page.js';
import { queryHash } from '../../query/query-hash.js';
import type {
  EngineCompleteness, EngineHealth, LiteralStatistics, SearchRequest, TermCount, ValueLabel,
} from '../search-engine.js';
import { aggregateRows } from './aggregate-rows.js';
import { Columns } from './columns.js';
import { compileFilter, type RowTest } from './compile-filter.js';
import { compileText } from './compile-text.js';
import { countTerms } from './count-terms.js';
import { allRows, evaluateText, type TextContext } from './evaluate-text.js';
import { FoundRows } from './found-rows.js';
import { IndexReader } from './index-reader.js';
import { RowLabels } from './label-rows.js';
import { openArchiveForReading, readMeta, requireVersions, type Connection } from './open-database.js';
import { packHits, type FoundHit, type PackedHits } from './packed-hits.js';
import { pageByRelevance } from './page-by-relevance.js';
import { pageAround, pageByTime } from './page-by-time.js';
import { firstRows, rowOrder, type TimeOrder } from './row-order.js';
import { TextSample } from './text-sample.js';
import { formatVersion } from './version.js';

export const ENGINE_NAME = 'sqlite';
/** Totals kept for one snapshot. */
const MOST_KNOWN_TOTALS = 10_000;

export interface PackedResult {
  readonly hits: PackedHits;
  readonly hasNext: boolean;
  readonly position: number | null;
  readonly total: number | null;
  readonly aggregations: AggregationResult;
  readonly completeness: EngineCompleteness | null;
}

export interface PackedDocument {
  readonly document: Uint8Array;
  readonly version: string;
}

interface FoundPage {
  readonly hits: FoundHit[];
  readonly hasNext: boolean;
  readonly position: number | null;
}

interface OpenScan {
  readonly rows: readonly number[];
  position: number;
}

/**
 * All searching of the embedded engine, synchronous, for one process. Each method runs in one read transaction, brings
 * the columns up to it first, and so answers from one snapshot.
 */
export class SqliteSearcher {
  private readonly connection: Connection;
  private readonly reader: IndexReader;
  private readonly columns = new Columns();
  private readonly sample = new TextSample();
  private readonly labelRows: RowLabels;
  private readonly knownTotals = new Map<string, number>();
  private openScan: OpenScan | null = null;

  constructor(private readonly settings: { readonly dataDir: string; readonly foldVersion: string }) {
    const connection = openArchiveForReading(settings.dataDir);
    if (connection === null) throw new HoldfastError('ENGINE_UNAVAILABLE', 'There is no archive in the data directory.');
    this.connection = connection;
    this.reader = new IndexReader(connection);
    this.labelRows = new RowLabels(this.columns, this.reader);
  }

  /** Reads the columns, so that the first search need not. */
  warmUp(): void {
    try {
      this.inSnapshot(() => undefined);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
    }
  }

  search(scope: FilterNode, request: SearchRequest): PackedResult {
    return this.inSnapshot(() => {
      const query = { text: request.query.text, filter: allOf([scope, request.query.filter]) };
      const hash = queryHash(query, request.order);
      if (request.after !== null && (request.after.queryHash !== hash || request.after.order !== request.order)) {
        throw new HoldfastError('CURSOR_INVALID');
      }
      const context = this.contextOf(query.filter);
      const found = new FoundRows(query.text === null ? null : compileText(query.text), context, this.knownTotals);
      const aggregations = this.aggregate(request.aggregations, found, compileFilter(scope, this.columns).test);
      const total = request.wantsTotal ? found.count() : null;
      const { hits, hasNext, position } = this.pageOf(request, found, context, hash);
      return { hits: packHits(hits), hasNext, position, total, aggregations, completeness: request.wantsCompleteness ? this.completeness(context) : null };
    });
  }

  /** For each id its document, or null where it is absent or the scope does not let it through. */
  get(scope: FilterNode, ids: readonly string[]): readonly (PackedDocument | null)[] {
    return this.inSnapshot(() => {
      const { test } = compileFilter(scope, this.columns);
      const find = this.connection.prepare<[Buffer], { row: number; change: number; document: Buffer }>(
        'SELECT row, change, document FROM message WHERE id = ?',
      );
      const incarnation = String(readMeta(this.connection, 'incarnation'));
      return ids.map((id) => {
        const found = /^[0-9a-f]{32}$/.test(id) ? find.get(Buffer.from(id, 'hex')) : undefined;
        if (found === undefined || (test !== null && !test(found.row))) return null;
        return { document: found.document, version: formatVersion(incarnation, found.change) };
      });
    });
  }

  countTerms(scope: FilterNode, texts: readonly TextNode[], filter: FilterNode): readonly TermCount[] {
    return this.inSnapshot(() => countTerms(texts, this.contextOf(allOf([scope, filter]))));
  }

  literalStatistics(keys: readonly string[]): LiteralStatistics {
    return this.inSnapshot(() => ({
      documentCount: this.columns.liveCount,
      meanLength: this.columns.liveCount === 0 ? 0 : this.columns.bodyLengthSum / this.columns.liveCount,
      documentCounts: this.documentCounts(keys),
      watermark: this.columns.watermark,
    }));
  }

  labels(scope: FilterNode, field: FieldName, values: readonly string[]): readonly ValueLabel[] {
    return this.inSnapshot(() => this.labelRows.of(field, values, compileFilter(scope, this.columns).test));
  }

  health(): EngineHealth {
    return this.inSnapshot(() => ({
      engine: ENGINE_NAME,
      isReady: true,
      messageCount: this.columns.liveCount,
      watermark: this.columns.watermark,
      foldVersion: this.settings.foldVersion,
      problem: null,
    }));
  }

  /** Opens a snapshot that stays until the scan is read to its end or the process ends; returns the number of hits. */
  beginScan(scope: FilterNode, query: Query, order: TimeOrder): number {
    this.connection.exec('BEGIN');
    this.bringUpToDate();
    const context = this.contextOf(allOf([scope, query.filter]));
    const rows = query.text === null ? allRows(context) : evaluateText(compileText(query.text), context);
    this.openScan = { rows: firstRows(rows, rows.length, rowOrder(order, this.columns)), position: 0 };
    return rows.length;
  }

  /** The next documents of the open scan; none = it is at its end, and closed. */
  continueScan(count: number): readonly Uint8Array[] {
    const scan = this.openScan;
    if (scan === null) return [];
    const rows = scan.rows.slice(scan.position, scan.position + count);
    scan.position += rows.length;
    if (rows.length === 0) {
      this.openScan = null;
      this.connection.exec('COMMIT');
    }
    return rows.map((row) => this.reader.document(row));
  }

  private pageOf(request: SearchRequest, found: FoundRows, context: TextContext, hash: string): FoundPage {
    const { lookBack } = request;
    if (request.first === 0 && lookBack === undefined) return { hits: [], hasNext: false, position: null };
    if (request.order === 'relevance') {
      const ranked = pageByRelevance(request, found, context, (keys) => this.documentCounts(keys));
      const hits = ranked.rows.slice(0, request.first).map(({ row, score }) => this.hitOf(row, hash, 'relevance', score, ranked.ranking));
      return { hits, hasNext: ranked.rows.length > request.first, position: null };
    }
    const { order } = request;
    const hitsOf = (rows: readonly number[]): FoundHit[] => rows.map((row) => this.hitOf(row, hash, order, null, null));
    if (lookBack !== undefined) {
      const { rows, position, hasNext } = pageAround(found, order, request.after, lookBack, request.first, context);
      return { hits: hitsOf(rows), hasNext, position };
    }
    const rows = pageByTime(found, order, request.after, request.first + 1, context);
    return { hits: hitsOf(rows.slice(0, request.first)), hasNext: rows.length > request.first, position: null };
  }

  /** How many messages of the whole archive have each literal in their body. */
  private documentCounts(keys: readonly string[]): readonly number[] {
    const everything = this.contextOf({ kind: 'all' });
    return keys.map((key) => {
      const plan = compileText({ kind: 'literal', key, source: key, fields: ['body'] });
      return new FoundRows(plan, everything, this.knownTotals).count();
    });
  }

  private hitOf(row: number, hash: string, order: PageKey['order'], score: number | null, ranking: PageKey['ranking']): FoundHit {
    const time = this.columns.sentAt[row]!;
    const key = { order, queryHash: hash, id: this.columns.idOf(row), sentAt: Number.isNaN(time) ? null : time, score, ranking };
    return { document: this.reader.document(row), key };
  }

  private aggregate(request: AggregationRequest, found: FoundRows, isVisible: RowTest | null): AggregationResult {
    const isAsked = [request.facets, request.histograms, request.distinct, request.stats, request.dayCounts].some((list) => list.length > 0);
    if (!isAsked) return { facets: [], histograms: [], distinct: {}, stats: {}, dayCounts: [] };
    const result = aggregateRows(request, found.rows(), this.columns);
    return { ...result, facets: result.facets.map((facet) => ({ ...facet, buckets: this.labelled(facet.field, facet.buckets, isVisible) })) };
  }

  private labelled<Bucket extends { readonly value: string }>(field: FieldName, buckets: readonly Bucket[], isVisible: RowTest | null): Bucket[] {
    const labels = this.labelRows.of(field, buckets.map(({ value }) => value), isVisible);
    return buckets.map((bucket, index) => ({ ...bucket, label: labels[index]!.label }));
  }

  private completeness({ filter }: TextContext): EngineCompleteness {
    const { columns } = this;
    const counts: Record<string, number> = {};
    for (const row of columns.rowsWithAttachments) {
      if (!columns.isLive(row) || (filter.test !== null && !filter.test(row))) continue;
      for (const entry of columns.dictionary.setAt(columns.attachmentCounts[row]!)) {
        const [state, count] = entry.split(':') as [string, string];
        if (state !== 'ok') counts[state] = (counts[state] ?? 0) + Number(count);
      }
    }
    return {
      engine: ENGINE_NAME, foldVersion: this.settings.foldVersion, watermark: columns.watermark, unsearchedAttachments: counts,
    };
  }

  private contextOf(filter: FilterNode): TextContext {
    return { reader: this.reader, columns: this.columns, sample: this.sample, filter: compileFilter(filter, this.columns) };
  }

  private inSnapshot<Value>(work: () => Value): Value {
    this.connection.exec('BEGIN');
    try {
      this.bringUpToDate();
      return work();
    } finally {
      this.connection.exec('COMMIT');
    }
  }

  private bringUpToDate(): void {
    requireVersions(this.connection, this.settings.foldVersion);
    const before = this.columns.watermark;
    this.labelRows.forget(this.columns.refresh(this.connection));
    this.sample.refresh(this.reader, this.columns.lastRow);
    if (this.columns.watermark !== before || this.knownTotals.size > MOST_KNOWN_TOTALS) this.knownTotals.clear();
  }
}
