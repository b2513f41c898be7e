import { Module } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import { Environment } from '../config/env.js';
import { Clock } from '../domain/clock.js';
import { SearchEngine } from '../engine/search-engine.js';
import { HoldsModule } from '../holds/holds.module.js';
import { RegisterStore } from '../holds/register-store.js';
import { Settling } from '../holds/settling.js';
import { ImportRunLog } from '../ingest/import-run-log.js';
import { ImportRunsModule } from '../ingest/import-runs.module.js';
import { CaptureReader } from './capture-reader.js';
import { ClockGuard } from './clock-guard.js';
import { PolicyStore } from './policy-store.js';
import { RetentionRules } from './retention-rules.js';
import { RetentionResolver } from './retention.resolver.js';
import { RetentionService } from './retention.service.js';

/** How long messages are kept. */
@Module({
  imports: [HoldsModule, ImportRunsModule],
  providers: [
    { provide: CaptureReader, inject: [ImportRunLog], useFactory: (runs: ImportRunLog) => new CaptureReader(runs) },
    {
      provide: PolicyStore,
      inject: [Settling, RegisterStore, AuditLog, Clock, CaptureReader],
      useFactory: (
        { catalog, writer, prepare }: Settling,
        registers: RegisterStore,
        audit: AuditLog,
        clock: Clock,
        captures: CaptureReader,
      ) => new PolicyStore({ catalog, writer, prepare, registers, audit, clock, captures }),
    },
    {
      provide: RetentionRules,
      inject: [PolicyStore, CaptureReader, Clock],
      useFactory: (policies: PolicyStore, captures: CaptureReader, clock: Clock) => new RetentionRules(policies, captures, clock),
    },
    {
      provide: RetentionService,
      inject: [SearchEngine, PolicyStore, RegisterStore, CaptureReader, ClockGuard, AuditLog, AuditRefusals, Environment],
      useFactory: (
        engine: SearchEngine,
        policies: PolicyStore,
        registers: RegisterStore,
        captures: CaptureReader,
        clockGuard: ClockGuard,
        audit: AuditLog,
        refusals: AuditRefusals,
        { HOLDFAST_SEARCH_TIMEOUT_MS: deadline }: Environment,
      ) => new RetentionService({ engine, policies, registers, captures, clockGuard, audit, refusals, deadline }),
    },
    RetentionResolver,
  ],
  exports: [PolicyStore, RetentionRules, RetentionService, CaptureReader],
})
export class RetentionModule {}
