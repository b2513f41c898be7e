import { ArgsType, Field, ID, Int } from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Cursor, PAGE_LIMIT, PageSize } from '../graphql/page-arguments.js';

const CURSOR_LENGTH_LIMIT = 10_000;
const ID_LENGTH_LIMIT = 1_000;

/** Which conversation. */
@ArgsType()
export class ConversationArgs {
  @Field(() => ID)
  @IsString()
  id!: string;

  @Field(() => String, { nullable: true, description: 'Where its id is unique; needed only where the id stands in several.' })
  @IsOptional()
  @IsString()
  @MaxLength(ID_LENGTH_LIMIT)
  identitySpace?: string | null;
}

/** A page of a conversation: from its beginning, around a message, or on from a cursor in either direction. */
@ArgsType()
export class ConversationMessagesArgs {
  @Field(() => ID, { nullable: true, description: 'The page has this message in its middle.' })
  @IsOptional()
  @IsString()
  @MaxLength(ID_LENGTH_LIMIT)
  around?: string | null;

  @Cursor(CURSOR_LENGTH_LIMIT, 'The page ends before this cursor.')
  before?: string | null;

  @Cursor(CURSOR_LENGTH_LIMIT)
  after?: string | null;

  @PageSize('Messages on the page, 1 to 100.')
  first!: number;
}

/** A page of the participants of a conversation. */
@ArgsType()
export class ConversationParticipantsArgs {
  @PageSize()
  first!: number;

  @Cursor(CURSOR_LENGTH_LIMIT)
  after?: string | null;
}

/** How much of its conversation comes with a message. */
@ArgsType()
export class MessageContextArgs {
  @Field(() => ID)
  @IsString()
  @MaxLength(ID_LENGTH_LIMIT)
  id!: string;

  @Field(() => Int, { defaultValue: 5, description: 'Messages before it, 0 to 100.' })
  @IsInt()
  @Min(0)
  @Max(PAGE_LIMIT)
  before!: number;

  @Field(() => Int, { defaultValue: 5, description: 'Messages after it, 0 to 100.' })
  @IsInt()
  @Min(0)
  @Max(PAGE_LIMIT)
  after!: number;
}
