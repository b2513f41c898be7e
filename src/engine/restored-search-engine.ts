import { readArchiveState, refuseRestored } from '../catalog/archive-state.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { StoredMessage } from '../domain/message.js';
import type { FilterNode, Query, TextNode } from '../query/ast.js';
import type { FieldName } from '../query/fields.js';
import type { ViewerScope } from '../query/viewer-scope.js';
import {
  SearchEngine, type EngineHealth, type LiteralStatistics, type SearchRequest, type SearchResult, type TermCount, type ValueLabel,
  type VersionedMessage,
} from './search-engine.js';

/** The engine as it is; or, for an archive that was just restored, one that answers nothing until that may be read. */
export async function hideUntilReplayed(engine: SearchEngine, catalog: CatalogStore): Promise<SearchEngine> {
  const state = await readArchiveState(catalog);
  return state?.value.role === 'restored' ? new RestoredSearchEngine(engine, catalog) : engine;
}

/** Throws ARCHIVE_RESTORED while messages may be there that have been destroyed since the backup. */
class RestoredSearchEngine extends SearchEngine {
  private isReadable = false;

  constructor(
    private readonly engine: SearchEngine,
    private readonly catalog: CatalogStore,
  ) {
    super();
  }

  override async search(scope: ViewerScope, request: SearchRequest): Promise<SearchResult> {
    await this.requireReadable();
    return this.engine.search(scope, request);
  }

  override async get(scope: ViewerScope, ids: readonly string[]): Promise<readonly (VersionedMessage | null)[]> {
    await this.requireReadable();
    return this.engine.get(scope, ids);
  }

  override async *scan(scope: ViewerScope, query: Query, order: 'newest' | 'oldest'): AsyncGenerator<readonly StoredMessage[]> {
    await this.requireReadable();
    yield* this.engine.scan(scope, query, order);
  }

  override async countTerms(
    scope: ViewerScope, texts: readonly TextNode[], filter: FilterNode, deadline: number,
  ): Promise<readonly TermCount[]> {
    await this.requireReadable();
    return this.engine.countTerms(scope, texts, filter, deadline);
  }

  override async literalStatistics(scope: ViewerScope, keys: readonly string[], deadline: number): Promise<LiteralStatistics> {
    await this.requireReadable();
    return this.engine.literalStatistics(scope, keys, deadline);
  }

  override async labels(scope: ViewerScope, field: FieldName, values: readonly string[]): Promise<readonly ValueLabel[]> {
    await this.requireReadable();
    return this.engine.labels(scope, field, values);
  }

  override async health(): Promise<EngineHealth> {
    const health = await this.engine.health();
    const problem = await this.requireReadable().then(
      () => null,
      (error: Error) => error.message,
    );
    return problem === null ? health : { ...health, isReady: false, problem };
  }

  override close(): Promise<void> {
    return this.engine.close();
  }

  private async requireReadable(): Promise<void> {
    if (this.isReadable) return;
    refuseRestored((await readArchiveState(this.catalog))?.value ?? null);
    this.isReadable = true;
  }
}
