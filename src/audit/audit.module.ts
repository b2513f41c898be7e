import { Global, Inject, Logger, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { CatalogStore } from '../catalog/catalog-store.js';
import { Environment } from '../config/env.js';
import { Clock } from '../domain/clock.js';
import { AuditKey, openAuditKey } from './audit-key.js';
import { AuditLog } from './audit-log.js';
import { AuditLogResolver } from './audit-log.resolver.js';
import { AuditReader } from './audit-reader.service.js';
import { AuditRefusals } from './audit-refusals.js';

/** Whoever waits for an answer waits no longer for the audit than for the search. */
function openAuditLog(catalog: CatalogStore, clock: Clock, { HOLDFAST_SEARCH_TIMEOUT_MS: longestWrite }: Environment): AuditLog {
  const logger = new Logger('Audit');
  const noteFailed = (): void => logger.error('The outcome of a search could not be written to the audit.');
  return new AuditLog(catalog, clock, noteFailed, longestWrite);
}

/** One appender for the whole process, the key of its hashes, and reading what was written. */
@Global()
@Module({
  providers: [
    { provide: AuditLog, inject: [CatalogStore, Clock, Environment], useFactory: openAuditLog },
    { provide: AuditRefusals, inject: [AuditLog], useFactory: (log: AuditLog) => new AuditRefusals(log) },
    AuditReader,
    AuditLogResolver,
    { provide: AuditKey, inject: [Environment], useFactory: (environment: Environment) => openAuditKey(environment.HOLDFAST_DATA_DIR) },
  ],
  exports: [AuditLog, AuditRefusals, AuditKey, AuditReader],
})
export class AuditModule implements BeforeApplicationShutdown {
  constructor(@Inject(AuditLog) private readonly log: AuditLog) {}

  /** Before the catalog is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.log.flush();
  }
}
