import { Inject } from '@nestjs/common';
import { Args, Context, Info, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from '../access/viewer.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { readSelection } from '../graphql/read-selection.js';
import { ConversationMessagesService } from './conversation-messages.service.js';
import { ConversationArgs, ConversationMessagesArgs, ConversationParticipantsArgs, MessageContextArgs } from './conversation.args.js';
import {
  ConversationDetails,
  ConversationMessageConnection,
  ConversationParticipantConnection,
  MessageContext,
} from './conversation.model.js';
import type { ConversationKey } from './conversation-query.js';
import { ConversationService } from './conversation.service.js';
import { EarlyPages, selectsGaps } from './early-pages.js';

/** A conversation as its own fields are resolved from. */
interface OpenedConversation extends ConversationDetails {
  readonly key: ConversationKey;
  readonly pages: EarlyPages;
}

@Resolver(() => ConversationDetails)
export class ConversationResolver {
  constructor(
    @Inject(ConversationService) private readonly conversations: ConversationService,
    @Inject(ConversationMessagesService) private readonly reading: ConversationMessagesService,
  ) {}

  @Query(() => ConversationDetails, { nullable: true, description: 'One conversation; null if it has no message.' })
  async conversation(
    @Args(InputPipe) { id, identitySpace = null }: ConversationArgs,
    @Context('viewer') viewer: Viewer,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OpenedConversation | null> {
    const key = { id, identitySpace };
    const finding = this.conversations.find(viewer, key);
    const pages = new EarlyPages(readSelection(info), (parameters, wantsGaps) => this.reading.page(viewer, key, parameters, wantsGaps));
    const details = await finding;
    return details === null ? null : { ...details, key, pages };
  }

  @Query(() => MessageContext, { nullable: true, description: 'A message with its neighbors in its conversation; null if there is none.' })
  messageContext(
    @Args(InputPipe) { id, before, after }: MessageContextArgs,
    @Context('viewer') viewer: Viewer,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MessageContext | null> {
    return this.reading.context(viewer, id, before, after, selectsGaps(readSelection(info)));
  }

  @ResolveField(() => ConversationMessageConnection, {
    description: 'Its messages from the beginning, around one of them, or on from a cursor: in either direction without gaps or repeats.',
  })
  messages(
    @Parent() { pages }: OpenedConversation,
    @Args(InputPipe) parameters: ConversationMessagesArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConversationMessageConnection> {
    return pages.page(parameters, selectsGaps(readSelection(info)));
  }

  @ResolveField(() => ConversationParticipantConnection, { description: 'Who belongs to it, under which names, and how that is known.' })
  participants(
    @Parent() { key }: OpenedConversation,
    @Args(InputPipe) { first, after }: ConversationParticipantsArgs,
    @Context('viewer') viewer: Viewer,
  ): Promise<ConversationParticipantConnection> {
    return this.conversations.participants(viewer, key, first, after ?? null);
  }
}
