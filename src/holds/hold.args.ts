import { ArgsType, Field, ID } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { RecordActArgs } from '../access/act.args.js';
import { ACTORS, ActorEnum, type Actor } from '../access/people.js';
import { RECORD_ID } from '../domain/record-id.js';
import { FilterInput } from '../filter/filter.input.js';
import { DEFAULT_TIME_ZONE } from '../graphql/time-zone.js';

/** Something that can be seen. */
const VISIBLE = /[\p{L}\p{N}]/u;

/** What a hold shall cover. */
@ArgsType()
class ScopeArgs {
  @Field(() => FilterInput, { nullable: true, description: 'Messages to be kept, by exact facts. An empty one is refused: it would hold everything.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  filter?: FilterInput | null;

  @Field({ defaultValue: false, description: 'Instead of a filter: the whole archive.' })
  @IsBoolean()
  wholeArchive!: boolean;
}

@ArgsType()
export class PlaceHoldArgs extends ScopeArgs {
  @Field(() => ID)
  @IsString()
  @Matches(RECORD_ID)
  matterId!: string;

  @Field()
  @IsString()
  @Matches(VISIBLE)
  @MaxLength(2_000)
  reason!: string;

  @Field(() => ID, { nullable: true, description: 'Up to 40 of a-z and 0-9, to place the same hold again after a failure; made up if not given.' })
  @IsOptional()
  @IsString()
  @Matches(RECORD_ID)
  id?: string | null;

  @Field(() => ActorEnum)
  @IsIn(ACTORS)
  actor!: Actor;
}

@ArgsType()
export class WidenHoldArgs extends ScopeArgs {
  @Field(() => ID)
  @IsString()
  @Matches(RECORD_ID)
  id!: string;

  @Field(() => ActorEnum)
  @IsIn(ACTORS)
  actor!: Actor;
}

@ArgsType()
export class HoldPreviewArgs extends ScopeArgs {
  @Field(() => ID, { nullable: true, description: 'The hold that this scope would widen.' })
  @IsOptional()
  @IsString()
  @Matches(RECORD_ID)
  holdId?: string | null;

  @Field(() => String, { defaultValue: DEFAULT_TIME_ZONE, description: 'IANA name: months begin at midnight there.' })
  @IsString()
  @MaxLength(100)
  timeZone!: string;
}

@ArgsType()
export class ReleaseHoldArgs extends RecordActArgs {
  @Field()
  @IsString()
  @Matches(VISIBLE)
  @MaxLength(2_000)
  reason!: string;
}
