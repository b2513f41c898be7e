import { Inject } from '@nestjs/common';
import { Args, Context, Info, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from '../access/viewer.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { readSelection } from '../graphql/read-selection.js';
import { ListingArgs } from './listing.args.js';
import { ConversationConnection, ParticipantConnection } from './listing.model.js';
import { ListingService } from './listing.service.js';

@Resolver()
export class ListingResolver {
  constructor(@Inject(ListingService) private readonly listings: ListingService) {}

  @Query(() => ConversationConnection, { description: 'Conversations with messages that the filter lets through.' })
  conversations(
    @Args(InputPipe) parameters: ListingArgs,
    @Context('viewer') viewer: Viewer,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConversationConnection> {
    return this.listings.list(viewer, 'conversationId', parameters, wantsDetails(info));
  }

  @Query(() => ParticipantConnection, { description: 'Senders and recipients of messages that the filter lets through.' })
  participants(
    @Args(InputPipe) parameters: ListingArgs,
    @Context('viewer') viewer: Viewer,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ParticipantConnection> {
    return this.listings.list(viewer, 'participantId', parameters, wantsDetails(info));
  }
}

/** Fields of a row that take an engine call of their own. */
const DETAILS: readonly string[] = ['firstSentAt', 'lastSentAt', 'identitySpaces'];

function wantsDetails(info: GraphQLResolveInfo): boolean {
  const edges = readSelection(info).filter((field) => field.name === 'edges');
  const rows = edges.flatMap((edge) => edge.below()).filter((field) => field.name === 'node');
  return rows.flatMap((row) => row.below()).some((field) => DETAILS.includes(field.name));
}
