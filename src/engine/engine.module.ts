import { Global, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { readArchiveState } from '../catalog/archive-state.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { RejectedRecordStore } from '../catalog/rejected-record-store.js';
import { Environment } from '../config/env.js';
import { HoldfastError } from '../errors/errors.js';
import { EngineMonitor } from './engine-monitor.js';
import { engineSettings } from './engine-settings.js';
import { openEngineMonitor, openSearchEngine, openServedCatalog, openServedRejectedRecords } from './open-engine.js';
import { hideUntilReplayed } from './restored-search-engine.js';
import { SearchEngine } from './search-engine.js';

/** Opens the engine that the settings name, and closes it when the server stops. */
@Global()
@Module({
  providers: [
    {
      provide: SearchEngine,
      inject: [Environment, CatalogStore],
      useFactory: async (environment: Environment, catalog: CatalogStore) =>
        hideUntilReplayed(await openSearchEngine(engineSettings(environment)), catalog),
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
    {
      provide: EngineMonitor,
      // The search engine makes the archive.
      inject: [Environment, SearchEngine],
      useFactory: (environment: Environment) => openEngineMonitor(engineSettings(environment)),
    },
  ],
  exports: [SearchEngine, CatalogStore, RejectedRecordStore, EngineMonitor],
})
export class EngineModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(CatalogStore) private readonly catalog: CatalogStore,
    @Inject(RejectedRecordStore) private readonly rejected: RejectedRecordStore,
    @Inject(EngineMonitor) private readonly monitor: EngineMonitor,
  ) {}

  /** Throws ARCHIVE_MOVING where there is a part of an archive only: a search would miss the rest. */
  async onModuleInit(): Promise<void> {
    const state = await readArchiveState(this.catalog);
    if (state?.value.role !== 'receiving') return;
    const { counterpart } = state.value;
    throw new HoldfastError('ARCHIVE_MOVING', `Its copy from ${counterpart} is not complete. Run: holdfast engine migrate`, {
      engine: counterpart,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.monitor.close();
    await this.engine.close();
    await this.rejected.close();
    await this.catalog.close();
  }
}
