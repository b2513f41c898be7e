import { Inject } from '@nestjs/common';
import { Args, Context, ID, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../access/viewer.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { Explanation } from './explain.model.js';
import { MessageModel } from './message.model.js';
import { MessageService } from './message.service.js';
import { SearchInput } from './search.input.js';

@Resolver()
export class MessageResolver {
  constructor(@Inject(MessageService) private readonly messages: MessageService) {}

  @Query(() => MessageModel, { nullable: true, description: 'One message with its raw records, as it stands now; null if there is none.' })
  message(@Args('id', { type: () => ID }) id: string, @Context('viewer') viewer: Viewer): Promise<MessageModel | null> {
    return this.messages.find(viewer, id);
  }

  @Query(() => Explanation, { description: 'Why a message is a hit of a search, or is not: node by node.' })
  explain(
    @Args('messageId', { type: () => ID }) messageId: string,
    @Args('input', { type: () => SearchInput }, InputPipe) input: SearchInput,
    @Context('viewer') viewer: Viewer,
  ): Promise<Explanation> {
    return this.messages.explain(viewer, messageId, input);
  }
}
