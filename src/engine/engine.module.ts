import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CatalogStore } from '../catalog/catalog-store.js';
import { Environment } from '../config/env.js';
import { engineSettings } from './engine-settings.js';
import { openSearchEngine, openServedCatalog } from './open-engine.js';
import { SearchEngine } from './search-engine.js';

/** Opens the engine that the settings name, and closes it when the server stops. */
@Global()
@Module({
  providers: [
    {
      provide: SearchEngine,
      inject: [Environment],
      useFactory: (environment: Environment) => openSearchEngine(engineSettings(environment)),
    },
    {
      provide: CatalogStore,
      inject: [Environment],
      useFactory: (environment: Environment) => openServedCatalog(engineSettings(environment)),
    },
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
