import { workerFile } from '../../config/worker-file.js';
import type { StoredMessage } from '../../domain/message.js';
import type { FilterNode, Query, TextNode } from '../../query/ast.js';
import type { FieldName } from '../../query/fields.js';
import type { ViewerScope } from '../../query/viewer-scope.js';
import { decodeDocument } from '../document-codec.js';
import {
  SearchEngine, type EngineHealth, type LiteralStatistics, type SearchRequest, type SearchResult, type TermCount, type ValueLabel,
  type VersionedMessage,
} from '../search-engine.js';
import { ProcessPool } from './process-pool.js';
import type { SearchProcessSettings } from './search-process.js';
import { unpackHits } from './packed-hits.js';
import type { PackedDocument, PackedResult } from './sqlite-searcher.js';

/** Documents a scan reads at a time. */
const SCAN_BATCH = 500;
/** Milliseconds for look-ups that cannot be slow by what they ask. */
const LOOK_UP_DEADLINE = 30_000;
/** Milliseconds until a scan, or one batch of it, is given up. */
const SCAN_DEADLINE = 600_000;

/** The embedded engine as the service sees it: every call runs in a search process (`sqlite-searcher.ts`). */
export class SqliteSearchEngine extends SearchEngine {
  private readonly entry = workerFile('./search-process.js', import.meta.url);
  private readonly argument: string;
  private readonly pool: ProcessPool;

  constructor(settings: SearchProcessSettings, processCount: number) {
    super();
    this.argument = JSON.stringify(settings);
    this.pool = new ProcessPool(this.entry, this.argument, processCount);
  }

  override async search(scope: ViewerScope, request: SearchRequest): Promise<SearchResult> {
    const packed = await this.pool.call<PackedResult>('search', [scope.filter, request], request.deadline);
    return { ...packed, hits: unpackHits(packed.hits) };
  }

  override async get(scope: ViewerScope, ids: readonly string[]): Promise<readonly (VersionedMessage | null)[]> {
    const packed = await this.pool.call<readonly (PackedDocument | null)[]>('get', [scope.filter, ids], LOOK_UP_DEADLINE);
    return packed.map((found) => (found === null ? null : { ...decodeDocument(found.document), version: found.version }));
  }

  /** Runs in a process of its own, which holds the snapshot until the caller is done. */
  override async *scan(scope: ViewerScope, query: Query, order: 'newest' | 'oldest'): AsyncGenerator<readonly StoredMessage[]> {
    const process = new ProcessPool(this.entry, this.argument, 1);
    try {
      await process.call<number>('beginScan', [scope.filter, query, order], SCAN_DEADLINE);
      for (;;) {
        const documents = await process.call<readonly Uint8Array[]>('continueScan', [SCAN_BATCH], SCAN_DEADLINE);
        if (documents.length === 0) return;
        yield documents.map(decodeDocument);
      }
    } finally {
      await process.close();
    }
  }

  override countTerms(
    scope: ViewerScope, texts: readonly TextNode[], filter: FilterNode, deadline: number,
  ): Promise<readonly TermCount[]> {
    return this.pool.call('countTerms', [scope.filter, texts, filter], deadline);
  }

  /** Counts the whole archive, whatever the scope: statistics for ranking, never shown. */
  override literalStatistics(_scope: ViewerScope, keys: readonly string[], deadline: number): Promise<LiteralStatistics> {
    return this.pool.call('literalStatistics', [keys], deadline);
  }

  override labels(scope: ViewerScope, field: FieldName, values: readonly string[]): Promise<readonly ValueLabel[]> {
    return this.pool.call('labels', [scope.filter, field, values], LOOK_UP_DEADLINE);
  }

  override health(): Promise<EngineHealth> {
    return this.pool.call('health', [], LOOK_UP_DEADLINE);
  }

  /** The search processes' ids, for tests that look at what they do. */
  get processIds(): readonly number[] {
    return this.pool.processIds;
  }

  override close(): Promise<void> {
    return this.pool.close();
  }
}
