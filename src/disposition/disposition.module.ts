import { Module } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { Environment } from '../config/env.js';
import { Clock } from '../domain/clock.js';
import { SearchEngine } from '../engine/search-engine.js';
import { DispositionProcesses } from './disposition-processes.service.js';
import { DispositionResolver } from './disposition.resolver.js';
import { ErasureRequestsResolver } from './erasure-requests.resolver.js';
import { OpenedDisposition } from './opened-disposition.js';

/** Proposing, approving and carrying out the destruction of messages, over the API. */
@Module({
  providers: [
    {
      provide: OpenedDisposition,
      // The search engine makes the archive.
      inject: [Environment, CatalogStore, SearchEngine, AuditLog, Clock],
      useFactory: (environment: Environment, catalog: CatalogStore, engine: SearchEngine, audit: AuditLog, clock: Clock) =>
        OpenedDisposition.open({ environment, catalog, engine, audit, clock }),
    },
    {
      provide: DispositionProcesses,
      inject: [Environment],
      useFactory: (environment: Environment) => new DispositionProcesses(environment),
    },
    DispositionResolver,
    ErasureRequestsResolver,
  ],
})
export class DispositionModule {}
