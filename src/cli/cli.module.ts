import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConfigModule } from '../config/config.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { EvidenceModule } from '../evidence/evidence.module.js';
import { HoldsModule } from '../holds/holds.module.js';
import { RetentionModule } from '../retention/retention.module.js';
import { SearchModule } from '../search/search.module.js';

/** The services that the command line shares with the server, without HTTP and GraphQL. */
@Module({ imports: [ConfigModule, EngineModule, AuditModule, SearchModule, EvidenceModule, HoldsModule, RetentionModule] })
export class CliModule {}
