import { Global, Module } from '@nestjs/common';
import { CatalogStore } from '../catalog/catalog-store.js';
import { Environment } from '../config/env.js';
import { Clock } from '../domain/clock.js';
import { AuditKey, openAuditKey } from './audit-key.js';
import { AuditLog } from './audit-log.js';
import { AuditRefusals } from './audit-refusals.js';

/** One appender for the whole process, and the key of its hashes. */
@Global()
@Module({
  providers: [
    { provide: AuditLog, inject: [CatalogStore, Clock], useFactory: (catalog: CatalogStore, clock: Clock) => new AuditLog(catalog, clock) },
    { provide: AuditRefusals, inject: [AuditLog], useFactory: (log: AuditLog) => new AuditRefusals(log) },
    { provide: AuditKey, inject: [Environment], useFactory: (environment: Environment) => openAuditKey(environment.HOLDFAST_DATA_DIR) },
  ],
  exports: [AuditLog, AuditRefusals, AuditKey],
})
export class AuditModule {}
