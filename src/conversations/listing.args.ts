import { ArgsType, Field, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { FilterInput } from '../filter/filter.input.js';

const PAGE_LIMIT = 100;

/** A page of conversations or participants, counted over the messages that the filter lets through. */
@ArgsType()
export class ListingArgs {
  @Field(() => FilterInput, { nullable: true, description: 'Messages to count; all if not given.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  filter?: FilterInput | null;

  @Field(() => Int, { defaultValue: 20, description: '1 to 100.' })
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT)
  first!: number;

  @Field(() => String, { nullable: true, description: 'The page begins after this cursor.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  after?: string | null;
}
