import { ArgsType, Field, ID } from '@nestjs/graphql';
import { IsIn, IsString, Matches } from 'class-validator';
import { RECORD_ID } from '../domain/record-id.js';
import { ACTORS, ActorEnum, type Actor } from './people.js';

/** Every act names who does it. */
@ArgsType()
export class ActArgs {
  @Field(() => ActorEnum)
  @IsIn(ACTORS)
  actor!: Actor;
}

/** An act on one record. */
@ArgsType()
export class RecordActArgs extends ActArgs {
  @Field(() => ID)
  @IsString()
  @Matches(RECORD_ID)
  id!: string;
}
