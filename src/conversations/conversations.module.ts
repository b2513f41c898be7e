import { Module } from '@nestjs/common';
import { ListingResolver } from './listing.resolver.js';
import { ListingService } from './listing.service.js';

@Module({ providers: [ListingService, ListingResolver] })
export class ConversationsModule {}
