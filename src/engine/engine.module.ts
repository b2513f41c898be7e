import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { FOLD_VERSION } from '../analysis/fold.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { Environment } from '../config/env.js';
import { openCatalog, openSearchEngine, type EngineSettings } from './open-engine.js';
import { SearchEngine } from './search-engine.js';

/** What the engines must know of the settings. */
export function engineSettings(environment: Environment): EngineSettings {
  return {
    engine: environment.HOLDFAST_ENGINE,
    dataDir: environment.HOLDFAST_DATA_DIR,
    searchProcesses: environment.HOLDFAST_SEARCH_PROCESSES,
    foldVersion: FOLD_VERSION,
  };
}

/** Opens the engine that the settings name, and closes it when the server stops. */
@Global()
@Module({
  providers: [
    { provide: SearchEngine, inject: [Environment], useFactory: (environment: Environment) => openSearchEngine(engineSettings(environment)) },
    { provide: CatalogStore, inject: [Environment], useFactory: (environment: Environment) => openCatalog(engineSettings(environment)) },
  ],
  exports: [SearchEngine, CatalogStore],
})
export class EngineModule implements OnApplicationShutdown {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(CatalogStore) private readonly catalog: CatalogStore,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.engine.close();
    await this.catalog.close();
  }
}
