import { Module } from '@nestjs/common';
import { ImportRunsModule } from '../ingest/import-runs.module.js';
import { ArchiveReader } from './archive-reader.js';
import { CaptureGapsResolver } from './capture-gaps.resolver.js';
import { CaptureGapsService } from './capture-gaps.service.js';
import { RecallTimelineResolver } from './recall-timeline.resolver.js';
import { RecallTimelineService } from './recall-timeline.service.js';

@Module({
  imports: [ImportRunsModule],
  providers: [ArchiveReader, RecallTimelineService, RecallTimelineResolver, CaptureGapsService, CaptureGapsResolver],
})
export class EvidenceModule {}
