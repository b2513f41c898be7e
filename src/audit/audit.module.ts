import { Global, Inject, Logger, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { CatalogStore } from '../catalog/catalog-store.js';
import { Environment } from '../config/env.js';
import { Clock } from '../domain/clock.js';
import { AuditKey, openAuditKey } from './audit-key.js';
import { AuditLog } from './audit-log.js';
import { AuditRefusals } from './audit-refusals.js';

function openAuditLog(catalog: CatalogStore, clock: Clock): AuditLog {
  const logger = new Logger('Audit');
  return new AuditLog(catalog, clock, () => logger.error('The outcome of a search could not be written to the audit.'));
}

/** One appender for the whole process, and the key of its hashes. */
@Global()
@Module({
  providers: [
    { provide: AuditLog, inject: [CatalogStore, Clock], useFactory: openAuditLog },
    { provide: AuditRefusals, inject: [AuditLog], useFactory: (log: AuditLog) => new AuditRefusals(log) },
    { provide: AuditKey, inject: [Environment], useFactory: (environment: Environment) => openAuditKey(environment.HOLDFAST_DATA_DIR) },
  ],
  exports: [AuditLog, AuditRefusals, AuditKey],
})
export class AuditModule implements BeforeApplicationShutdown {
  constructor(@Inject(AuditLog) private readonly log: AuditLog) {}

  /** Before the catalog is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.log.flush();
  }
}
