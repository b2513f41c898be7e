import { Module } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { Environment } from '../config/env.js';
import { Clock } from '../domain/clock.js';
import { SearchEngine } from '../engine/search-engine.js';
import { Matters } from '../matters/matters.service.js';
import { MattersResolver } from '../matters/matters.resolver.js';
import { ClockGuard } from '../retention/clock-guard.js';
import { HoldPreviews } from './hold-preview.service.js';
import { HoldService } from './hold.service.js';
import { HoldsResolver } from './holds.resolver.js';
import { MessageHolds } from './message-holds.service.js';
import { RegisterStore } from './register-store.js';
import { Settling } from './settling.js';

/** A matter is held while the register has an entry of it, proven by a compare-and-set. */
function openMatters(catalog: CatalogStore, audit: AuditLog, clock: Clock, registers: RegisterStore): Matters {
  return new Matters(catalog, audit, clock, async (matterId) => {
    const { register } = await registers.change(() => null);
    return register.entries.some((entry) => entry.matterId === matterId);
  });
}

/** Holds, the matters they hang on, and what else the register's keepers share. */
@Module({
  providers: [
    { provide: RegisterStore, inject: [CatalogStore], useFactory: (catalog: CatalogStore) => new RegisterStore(catalog) },
    {
      provide: ClockGuard,
      inject: [CatalogStore, Clock, AuditLog],
      useFactory: (catalog: CatalogStore, clock: Clock, audit: AuditLog) => new ClockGuard(catalog, clock, audit),
    },
    {
      provide: Settling,
      // The search engine makes the archive.
      inject: [Environment, CatalogStore, SearchEngine],
      useFactory: (environment: Environment, catalog: CatalogStore) => Settling.open(environment, catalog),
    },
    { provide: Matters, inject: [CatalogStore, AuditLog, Clock, RegisterStore], useFactory: openMatters },
    {
      provide: HoldService,
      inject: [Settling, RegisterStore, AuditLog, Clock, ClockGuard, Matters, Environment],
      useFactory: (
        { writer, prepare, catalog }: Settling, registers: RegisterStore, audit: AuditLog, clock: Clock, guard: ClockGuard, matters: Matters,
        { HOLDFAST_RELEASE_DAYS: releaseDays }: Environment,
      ) => new HoldService({ writer, prepare, catalog, registers, audit, clock, trustedNow: () => guard.now(), matters, releaseDays }),
    },
    {
      provide: HoldPreviews,
      inject: [SearchEngine, RegisterStore, AuditLog, Environment],
      useFactory: (engine: SearchEngine, registers: RegisterStore, audit: AuditLog, environment: Environment) =>
        new HoldPreviews(engine, registers, audit, environment.HOLDFAST_SEARCH_TIMEOUT_MS),
    },
    {
      provide: MessageHolds,
      inject: [SearchEngine, HoldService, AuditLog],
      useFactory: (engine: SearchEngine, holds: HoldService, audit: AuditLog) => new MessageHolds(engine, holds, audit),
    },
    MattersResolver,
    HoldsResolver,
  ],
  exports: [RegisterStore, ClockGuard, Settling, Matters, HoldService, HoldPreviews, MessageHolds],
})
export class HoldsModule {}
