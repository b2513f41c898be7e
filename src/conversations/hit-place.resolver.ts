import { Inject } from '@nestjs/common';
import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../access/viewer.js';
import { SearchEdge } from '../search/search.model.js';
import { ConversationMessagesService } from './conversation-messages.service.js';
import { ConversationPlace } from './conversation.model.js';

/** Adds to the hits of a search where they stand in their conversations. */
@Resolver(() => SearchEdge)
export class HitPlaceResolver {
  constructor(@Inject(ConversationMessagesService) private readonly reading: ConversationMessagesService) {}

  @ResolveField(() => ConversationPlace, { nullable: true, description: 'Where the hit stands in its conversation, as it is now.' })
  place(@Parent() { message }: SearchEdge, @Context('viewer') viewer: Viewer): Promise<ConversationPlace | null> {
    return this.reading.place(viewer, message);
  }
}
