import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { ConversationKind, MembershipEvidence } from '../domain/values.js';
import { ConversationKindEnum, MembershipEvidenceEnum } from '../filter/enums.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';
import { MessageModel } from '../search/message.model.js';

@ObjectType({ description: 'Where a message stands in its conversation: by (sentAt, id), undated messages after all dated ones.' })
export class ConversationPlace {
  @Field(() => Int, { description: 'From 1.' })
  ordinal!: number;

  @Field(() => Int, { description: 'Messages of the conversation.' })
  messageCount!: number;
}

@ObjectType({ description: 'A message in its conversation.' })
export class ConversationMessageEdge {
  @Field({ description: 'Pass it as `after` or `before` to go on from this message in either direction.' })
  cursor!: string;

  @Field(() => Int, { description: 'Place in the conversation, from 1: by (sentAt, id), undated messages after all dated ones.' })
  ordinal!: number;

  @Field({
    description:
      'Only its recall is in the archive, not its content. It has no time of its own, so it stands among the undated; ' +
      '`message.recall` says when it was recalled.',
  })
  isOrphanRecall!: boolean;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many numbers of the stream between the neighbor before and this message no import has read; they may belong to any ' +
      'conversation. Null where no source counts both.',
  })
  gapBefore!: number | null;

  @Field(() => MessageModel)
  message!: MessageModel;
}

@ObjectType({ description: 'A stretch of a conversation, the oldest message first.' })
export class ConversationMessageConnection {
  @Field(() => Int, { description: 'Messages of the conversation; exact.' })
  totalCount!: number;

  @Field(() => Int, { nullable: true, description: 'Place of the message that the page was asked around.' })
  aroundOrdinal!: number | null;

  @Field(() => [ConversationMessageEdge])
  edges!: readonly ConversationMessageEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'A message with its neighbors.' })
export class MessageContext {
  @Field(() => ID)
  conversationId!: string;

  @Field(() => Int, { description: 'Messages of the conversation; exact.' })
  messageCount!: number;

  @Field(() => [ConversationMessageEdge], { description: 'The neighbors before it, the oldest first.' })
  before!: readonly ConversationMessageEdge[];

  @Field(() => ConversationMessageEdge)
  edge!: ConversationMessageEdge;

  @Field(() => [ConversationMessageEdge], { description: 'The neighbors after it, the oldest first.' })
  after!: readonly ConversationMessageEdge[];
}

@ObjectType({ description: 'A name that somebody wrote under, and when.' })
export class DatedName {
  @Field()
  name!: string;

  @Field(() => Int, { description: 'Messages written under it.' })
  messageCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'Null if none of them is dated.' })
  firstSentAt!: number | null;

  @Field(() => DateTime, { nullable: true })
  lastSentAt!: number | null;
}

@ObjectType('MembershipSighting', { description: 'What shows that somebody belongs to a conversation.' })
export class MembershipSightingModel {
  @Field(() => MembershipEvidenceEnum)
  kind!: MembershipEvidence;

  @Field(() => Int, { description: 'Messages that show it.' })
  messageCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'Null if none of them is dated.' })
  firstSentAt!: number | null;

  @Field(() => DateTime, { nullable: true })
  lastSentAt!: number | null;
}

@ObjectType({ description: 'Somebody who belongs to a conversation, by what its messages show.' })
export class ConversationParticipant {
  @Field(() => ID)
  id!: string;

  @Field(() => [DatedName], { description: 'Every name they wrote under here, the earliest first.' })
  names!: readonly DatedName[];

  @Field(() => Int, { description: 'Messages that show them, written or received.' })
  messageCount!: number;

  @Field(() => Int, { description: 'Messages they wrote.' })
  sentCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'Of the first dated message that shows them.' })
  firstSentAt!: number | null;

  @Field(() => DateTime, { nullable: true })
  lastSentAt!: number | null;

  @Field(() => [MembershipSightingModel])
  evidence!: readonly MembershipSightingModel[];
}

@ObjectType()
export class ConversationParticipantEdge {
  @Field()
  cursor!: string;

  @Field(() => ConversationParticipant)
  node!: ConversationParticipant;
}

@ObjectType({ description: 'Participants of a conversation, the one in most messages first. Every message of it is read for this.' })
export class ConversationParticipantConnection {
  @Field(() => Int)
  totalCount!: number;

  @Field(() => [ConversationParticipantEdge])
  edges!: readonly ConversationParticipantEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'One conversation, to be read.' })
export class ConversationDetails {
  @Field(() => ID)
  id!: string;

  @Field({ description: 'Where its id is unique.' })
  identitySpace!: string;

  @Field(() => String, { nullable: true, description: 'From its newest message that names it.' })
  name!: string | null;

  @Field(() => ConversationKindEnum, { description: 'What most of its messages say; `unknown` only if none says more.' })
  kind!: ConversationKind;

  @Field(() => Int)
  messageCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'Time of the first dated message.' })
  firstSentAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Time of the last dated message.' })
  lastSentAt!: number | null;
}
