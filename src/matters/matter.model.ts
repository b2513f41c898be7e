import { ArgsType, Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { ActorEnum, ACTORS, type Actor } from '../access/people.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';
import { MATTER_STATES, type Matter, type MatterState } from './matter.js';

/** Something that can be seen. */
const VISIBLE = /[\p{L}\p{N}]/u;

export const MatterStateEnum = Object.fromEntries(MATTER_STATES.map((state) => [state, state]));
registerEnumType(MatterStateEnum, { name: 'MatterState', description: 'Whether holds may hang on a matter.' });

@ObjectType('Matter', { description: 'What holds hang on: a case, an inquiry, a request of an authority.' })
export class MatterModel implements Matter {
  @Field(() => ID)
  id!: string;

  @Field()
  name!: string;

  @Field({ description: 'Why messages are kept for it.' })
  purpose!: string;

  @Field(() => MatterStateEnum)
  state!: MatterState;

  @Field(() => DateTime)
  openedAt!: number;

  @Field(() => ActorEnum)
  openedBy!: Actor;

  @Field(() => DateTime, { nullable: true })
  closedAt!: number | null;

  @Field(() => ActorEnum, { nullable: true })
  closedBy!: Actor | null;
}

@ObjectType()
export class MatterEdge {
  @Field()
  cursor!: string;

  @Field(() => MatterModel)
  node!: MatterModel;
}

@ObjectType({ description: 'Matters, the latest first.' })
export class MatterConnection {
  @Field(() => [MatterEdge])
  edges!: readonly MatterEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ArgsType()
export class OpenMatterArgs {
  @Field()
  @IsString()
  @Matches(VISIBLE)
  @MaxLength(200)
  name!: string;

  @Field({ description: 'Why messages are kept for it.' })
  @IsString()
  @Matches(VISIBLE)
  @MaxLength(2_000)
  purpose!: string;

  @Field(() => ActorEnum)
  @IsIn(ACTORS)
  actor!: Actor;
}
