import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../graphql/date-time.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';

@ObjectType({ description: 'A one-to-one or group chat, as far as the filter shows it.' })
export class Conversation {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'From its newest message that names it.' })
  name!: string | null;

  @Field(() => Int)
  messageCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'Time of the first dated message.' })
  firstSentAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Time of the last dated message.' })
  lastSentAt!: number | null;

  @Field(() => [String], {
    description: 'Where its messages come from. Several: the same id means other conversations there; `conversation` reads them apart.',
  })
  identitySpaces!: readonly string[];
}

@ObjectType({ description: 'Anyone who sent or received messages, as far as the filter shows it.' })
export class Participant {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'From the newest message that names this sender.' })
  name!: string | null;

  @Field(() => Int, { description: 'Messages sent or received.' })
  messageCount!: number;

  @Field(() => DateTime, { nullable: true })
  firstSentAt!: number | null;

  @Field(() => DateTime, { nullable: true })
  lastSentAt!: number | null;
}

@ObjectType()
export class ConversationEdge {
  @Field()
  cursor!: string;

  @Field(() => Conversation)
  node!: Conversation;
}

@ObjectType({ description: 'Conversations, the one with most messages first.' })
export class ConversationConnection {
  @Field(() => Int, { description: 'Exact.' })
  totalCount!: number;

  @Field(() => [ConversationEdge])
  edges!: readonly ConversationEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType()
export class ParticipantEdge {
  @Field()
  cursor!: string;

  @Field(() => Participant)
  node!: Participant;
}

@ObjectType({ description: 'Participants, the one with most messages first.' })
export class ParticipantConnection {
  @Field(() => Int, { description: 'Exact.' })
  totalCount!: number;

  @Field(() => [ParticipantEdge])
  edges!: readonly ParticipantEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
