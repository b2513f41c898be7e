import { Module } from '@nestjs/common';
import { ImportRunsModule } from '../ingest/import-runs.module.js';
import { ConversationMessagesService } from './conversation-messages.service.js';
import { ConversationResolver } from './conversation.resolver.js';
import { ConversationService } from './conversation.service.js';
import { HitPlaceResolver } from './hit-place.resolver.js';
import { ListingResolver } from './listing.resolver.js';
import { ListingService } from './listing.service.js';

@Module({
  imports: [ImportRunsModule],
  providers: [ListingService, ListingResolver, ConversationService, ConversationMessagesService, ConversationResolver, HitPlaceResolver],
})
export class ConversationsModule {}
