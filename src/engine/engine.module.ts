import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CatalogStore } from '../catalog/catalog-store.js';
import { RejectedRecordStore } from '../catalog/rejected-record-store.js';
import { Environment } from '../config/env.js';
import { engineSettings } from './engine-settings.js';
import { openSearchEngine, openServedCatalog, openServedRejectedRecords } from './open-engine.js';
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
    {
      provide: RejectedRecordStore,
      inject: [Environment],
      useFactory: (environment: Environment) => openServedRejectedRecords(engineSettings(environment)),
    },
  ],
  exports: [SearchEngine, CatalogStore, RejectedRecordStore],
})
export class EngineModule implements OnApplicationShutdown {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(CatalogStore) private readonly catalog: CatalogStore,
    @Inject(RejectedRecordStore) private readonly rejected: RejectedRecordStore,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.engine.close();
    await this.rejected.close();
    await this.catalog.close();
  }
}
