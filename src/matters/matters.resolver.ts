import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ActorEnum, type Actor } from '../access/people.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { recordPage, RecordPageArgs } from '../graphql/record-page.js';
import { MatterConnection, MatterModel, OpenMatterArgs } from './matter.model.js';
import { Matters } from './matters.service.js';

@Resolver()
export class MattersResolver {
  constructor(@Inject(Matters) private readonly service: Matters) {}

  @Query(() => MatterConnection, { description: 'What holds hang on, the latest first.' })
  matters(@Args(InputPipe) page: RecordPageArgs): Promise<MatterConnection> {
    return recordPage(page, (first, after) => this.service.list(first, after), ({ id }) => id);
  }

  @Query(() => MatterModel, { nullable: true, description: 'One matter; null if there is none.' })
  matter(@Args('id', { type: () => ID }) id: string): Promise<MatterModel | null> {
    return this.service.find(id);
  }

  @Mutation(() => MatterModel, { description: 'Opens a matter.' })
  openMatter(@Args(InputPipe) { actor, name, purpose }: OpenMatterArgs): Promise<MatterModel> {
    return this.service.open(actor, { name, purpose });
  }

  @Mutation(() => MatterModel, { description: 'Closes a matter. Refused with MATTER_HELD while a hold of it stands.' })
  closeMatter(
    @Args('id', { type: () => ID }) id: string,
    @Args('actor', { type: () => ActorEnum }) actor: Actor,
  ): Promise<MatterModel> {
    return this.service.close(actor, id);
  }
}
