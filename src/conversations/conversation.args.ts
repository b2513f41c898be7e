import { ArgsType, Field, ID, Int } from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

const PAGE_LIMIT = 100;
const CURSOR_LENGTH_LIMIT = 10_000;
const ID_LENGTH_LIMIT = 1_000;

/** A page of a conversation: from its beginning, around a message, or on from a cursor in either direction. */
@ArgsType()
export class ConversationMessagesArgs {
  @Field(() => ID, { nullable: true, description: 'The page has this message in its middle.' })
  @IsOptional()
  @IsString()
  @MaxLength(ID_LENGTH_LIMIT)
  around?: string | null;

  @Field(() => String, { nullable: true, description: 'The page ends before this cursor.' })
  @IsOptional()
  @IsString()
  @MaxLength(CURSOR_LENGTH_LIMIT)
  before?: string | null;

  @Field(() => String, { nullable: true, description: 'The page begins after this cursor.' })
  @IsOptional()
  @IsString()
  @MaxLength(CURSOR_LENGTH_LIMIT)
  after?: string | null;

  @Field(() => Int, { defaultValue: 20, description: 'Messages on the page, 1 to 100.' })
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT)
  first!: number;
}

/** A page of the participants of a conversation. */
@ArgsType()
export class ConversationParticipantsArgs {
  @Field(() => Int, { defaultValue: 20, description: '1 to 100.' })
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT)
  first!: number;

  @Field(() => String, { nullable: true, description: 'The page begins after this cursor.' })
  @IsOptional()
  @IsString()
  @MaxLength(CURSOR_LENGTH_LIMIT)
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
