import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConfigModule } from '../config/config.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { EvidenceModule } from '../evidence/evidence.module.js';
import { SearchModule } from '../search/search.module.js';

/** The services that the command line shares with the server, without HTTP and GraphQL. */
@Module({ imports: [ConfigModule, EngineModule, AuditModule, SearchModule, EvidenceModule] })
export class CliModule {}
