import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { PeopleResolver } from './access/people.resolver.js';
import { AuditModule } from './audit/audit.module.js';
import { RecordRefusalsPlugin } from './audit/record-refusals.plugin.js';
import { ConfigModule } from './config/config.module.js';
import { Environment } from './config/env.js';
import { ConversationsModule } from './conversations/conversations.module.js';
import { DispositionModule } from './disposition/disposition.module.js';
import { EngineModule } from './engine/engine.module.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { ExplorerModule } from './explorer/explorer.module.js';
import { graphqlOptions } from './graphql/graphql-options.js';
import { LimitOperationsPlugin } from './graphql/limit-operations.plugin.js';
import { PassErrorsOnFilter } from './graphql/pass-errors-on.filter.js';
import { HealthModule } from './health/health.module.js';
import { HoldsModule } from './holds/holds.module.js';
import { ImportRunsModule } from './ingest/import-runs.module.js';
import { ClockHeartbeatModule } from './retention/clock-heartbeat.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { SearchModule } from './search/search.module.js';

/** The table of contents. */
@Module({
  imports: [
    ConfigModule,
    EngineModule,
    AuditModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({ driver: ApolloDriver, inject: [Environment], useFactory: graphqlOptions }),
    SearchModule,
    ConversationsModule,
    EvidenceModule,
    ImportRunsModule,
    HoldsModule,
    RetentionModule,
    ClockHeartbeatModule,
    DispositionModule,
    HealthModule,
    ExplorerModule,
  ],
  providers: [PeopleResolver, LimitOperationsPlugin, RecordRefusalsPlugin, { provide: APP_FILTER, useClass: PassErrorsOnFilter }],
})
export class AppModule {}
