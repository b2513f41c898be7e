import { Inject } from '@nestjs/common';
import { Args, Context, ID, Info, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from '../access/viewer.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { readSelection, type SelectedField } from '../graphql/read-selection.js';
import { ConversationMessagesService } from './conversation-messages.service.js';
import { ConversationMessagesArgs, ConversationParticipantsArgs, MessageContextArgs } from './conversation.args.js';
import {
  ConversationDetails,
  ConversationMessageConnection,
  ConversationParticipantConnection,
  MessageContext,
} from './conversation.model.js';
import { ConversationService } from './conversation.service.js';

@Resolver(() => ConversationDetails)
export class ConversationResolver {
  constructor(
    @Inject(ConversationService) private readonly conversations: ConversationService,
    @Inject(ConversationMessagesService) private readonly reading: ConversationMessagesService,
  ) {}

  @Query(() => ConversationDetails, { nullable: true, description: 'One conversation; null if it has no message.' })
  conversation(@Args('id', { type: () => ID }) id: string, @Context('viewer') viewer: Viewer): Promise<ConversationDetails | null> {
    return this.conversations.find(viewer, id);
  }

  @Query(() => MessageContext, { nullable: true, description: 'A message with its neighbors in its conversation; null if there is none.' })
  messageContext(
    @Args(InputPipe) { id, before, after }: MessageContextArgs,
    @Context('viewer') viewer: Viewer,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MessageContext | null> {
    return this.reading.context(viewer, id, before, after, wantsGaps(readSelection(info)));
  }

  @ResolveField(() => ConversationMessageConnection, {
    description: 'Its messages from the beginning, around one of them, or on from a cursor: in either direction without gaps or repeats.',
  })
  messages(
    @Parent() { id }: ConversationDetails,
    @Args(InputPipe) parameters: ConversationMessagesArgs,
    @Context('viewer') viewer: Viewer,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConversationMessageConnection> {
    return this.reading.page(viewer, id, parameters, wantsGaps(readSelection(info)));
  }

  @ResolveField(() => ConversationParticipantConnection, { description: 'Who belongs to it, under which names, and how that is known.' })
  participants(
    @Parent() { id }: ConversationDetails,
    @Args(InputPipe) { first, after }: ConversationParticipantsArgs,
    @Context('viewer') viewer: Viewer,
  ): Promise<ConversationParticipantConnection> {
    return this.conversations.participants(viewer, id, first, after ?? null);
  }
}

/** Whether `gapBefore` is selected of any edge; edges stand directly below. */
function wantsGaps(fields: readonly SelectedField[]): boolean {
  return fields.some((edges) => edges.below().some((field) => field.name === 'gapBefore'));
}
