import { Module } from '@nestjs/common';
import { ImportRunsModule } from '../ingest/import-runs.module.js';
import { CertifyService } from './certify.service.js';
import { MessageResolver } from './message.resolver.js';
import { MessageService } from './message.service.js';
import { QuestionService } from './question.service.js';
import { SearchPlanner } from './search-planner.js';
import { SearchResolver } from './search.resolver.js';
import { SearchService } from './search.service.js';
import { SlowSearchLog } from './slow-search-log.js';
import { TermReportResolver } from './term-report.resolver.js';
import { TermReportService } from './term-report.service.js';
import { WordPool } from './word-pool.js';

@Module({
  imports: [ImportRunsModule],
  providers: [
    WordPool,
    QuestionService,
    SearchPlanner,
    SlowSearchLog,
    SearchService,
    SearchResolver,
    MessageService,
    MessageResolver,
    CertifyService,
    TermReportService,
    TermReportResolver,
  ],
  exports: [SearchService, TermReportService, CertifyService],
})
export class SearchModule {}
