import { Module } from '@nestjs/common';
import { CatalogStore } from '../catalog/catalog-store.js';
import { ImportRunLog } from './import-run-log.js';
import { ImportRunsResolver } from './import-runs.resolver.js';
import { RejectedRecords } from './rejected-records.js';

/** What was imported, for reading. */
@Module({
  providers: [
    { provide: ImportRunLog, inject: [CatalogStore], useFactory: (catalog: CatalogStore) => new ImportRunLog(catalog) },
    { provide: RejectedRecords, inject: [ImportRunLog], useFactory: (runs: ImportRunLog) => new RejectedRecords(runs) },
    ImportRunsResolver,
  ],
  exports: [RejectedRecords],
})
export class ImportRunsModule {}
