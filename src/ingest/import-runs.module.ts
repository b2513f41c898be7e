import { Module } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { CapturedSequences } from './captured-sequences.js';
import { RejectedRecordStore } from '../catalog/rejected-record-store.js';
import { ImportArchiveResolver } from './import-archive.resolver.js';
import { ImportArchives } from './import-archives.service.js';
import { ImportProblemsResolver } from './import-problems.resolver.js';
import { ImportProblems } from './import-problems.service.js';
import { ImportRunLog } from './import-run-log.js';
import { ImportRunsResolver } from './import-runs.resolver.js';
import { RejectedRecords } from './rejected-records.js';

/** What was imported, and importing from the inbox. */
@Module({
  providers: [
    { provide: ImportRunLog, inject: [CatalogStore], useFactory: (catalog: CatalogStore) => new ImportRunLog(catalog) },
    { provide: RejectedRecords, inject: [ImportRunLog], useFactory: (runs: ImportRunLog) => new RejectedRecords(runs) },
    { provide: CapturedSequences, inject: [ImportRunLog], useFactory: (runs: ImportRunLog) => new CapturedSequences(runs) },
    {
      provide: ImportProblems,
      inject: [ImportRunLog, RejectedRecordStore, AuditLog, AuditRefusals],
      useFactory: (runs: ImportRunLog, records: RejectedRecordStore, audit: AuditLog, refusals: AuditRefusals) =>
        new ImportProblems(runs, records, audit, refusals),
    },
    ImportArchives,
    ImportRunsResolver,
    ImportProblemsResolver,
    ImportArchiveResolver,
  ],
  exports: [ImportRunLog, RejectedRecords, CapturedSequences],
})
export class ImportRunsModule {}
