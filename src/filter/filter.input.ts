import { applyDecorators } from '@nestjs/common';
import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import type { AttachmentState, ConversationKind, DateState, MessageKind, Platform, WarningCode } from '../domain/values.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { AttachmentStateEnum, ConversationKindEnum, DateStateEnum, MessageKindEnum, PlatformEnum, WarningCodeEnum } from './enums.js';

/** Values in one list of a filter, at most. */
const VALUES_LIMIT = 10_000;
const VALUE_LENGTH_LIMIT = 1_000;
const BRANCHES_LIMIT = 100;

/** A list of strings: a message must have one of them. */
function AnyOf(type: unknown, description: string): PropertyDecorator {
  return applyDecorators(
    Field(() => [type as typeof ID], { nullable: true, description }),
    IsOptional(),
    ArrayMaxSize(VALUES_LIMIT),
    IsString({ each: true }),
    MaxLength(VALUE_LENGTH_LIMIT, { each: true }),
  );
}

function Flag(description: string): PropertyDecorator {
  return applyDecorators(
    Field(() => Boolean, { nullable: true, description }),
    IsOptional(),
    IsBoolean(),
  );
}

function Instant(description: string): PropertyDecorator {
  return applyDecorators(
    Field(() => DateTime, { nullable: true, description }),
    IsOptional(),
    IsInt(),
  );
}

function Branches(description: string): PropertyDecorator {
  return applyDecorators(
    Field(() => [FilterInput], { nullable: true, description }),
    IsOptional(),
    ArrayMaxSize(BRANCHES_LIMIT),
    ValidateNested({ each: true }),
    Type(() => FilterInput),
  );
}

/** The GraphQL parameters that narrow a search. All that are given must hold; null is as if not given. Times are UTC milliseconds. */
@InputType({ description: 'Narrows a search. All parameters that are given must hold; within a list, one value must.' })
export class FilterInput {
  @AnyOf(ID, 'Message ids.')
  ids?: string[] | null;

  @AnyOf(String, 'Capture streams that a copy came from.')
  sources?: string[] | null;

  @AnyOf(PlatformEnum, 'Platforms.')
  platforms?: Platform[] | null;

  @AnyOf(ID, 'Conversations.')
  conversationIds?: string[] | null;

  @AnyOf(ConversationKindEnum, 'Kinds of conversation.')
  conversationKinds?: ConversationKind[] | null;

  @AnyOf(ID, 'Custodians who took part.')
  custodianIds?: string[] | null;

  @AnyOf(ID, 'Senders or recipients.')
  participantIds?: string[] | null;

  @AnyOf(ID, 'Senders.')
  senderIds?: string[] | null;

  @AnyOf(MessageKindEnum, 'Kinds of message.')
  kinds?: MessageKind[] | null;

  @Instant('Sent at this time or later. Leaves undated messages out.')
  sentFrom?: number | null;

  @Instant('Sent before this time. Leaves undated messages out.')
  sentTo?: number | null;

  @AnyOf(DateStateEnum, 'How sure the time is.')
  dateStates?: DateState[] | null;

  @Flag('Recalled by the sender, or not.')
  isRecalled?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Recalled at most so many seconds after it was sent.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(2_000_000_000)
  recalledWithinSeconds?: number | null;

  @Flag('Only its recall is known, not its content; or its content is.')
  isOrphanRecall?: boolean | null;

  @Flag('Has earlier or conflicting texts, or not.')
  isEdited?: boolean | null;

  @Flag('Has attachments, or not.')
  hasAttachments?: boolean | null;

  @AnyOf(AttachmentStateEnum, 'Has an attachment in one of these states.')
  attachmentStates?: AttachmentState[] | null;

  @AnyOf(ID, 'Import runs that brought a copy.')
  importRunIds?: string[] | null;

  @AnyOf(WarningCodeEnum, 'Has one of these warnings.')
  warnings?: WarningCode[] | null;

  @AnyOf(String, 'Identity spaces: where ids of messages and conversations are unique.')
  identitySpaces?: string[] | null;

  @Branches('All of these must hold too.')
  and?: FilterInput[] | null;

  @Branches('One of these must hold too; an empty list lets nothing through.')
  or?: FilterInput[] | null;

  @Field(() => FilterInput, { nullable: true, description: 'This must not hold.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  not?: FilterInput | null;
}
