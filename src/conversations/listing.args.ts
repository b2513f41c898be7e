import { ArgsType, Field } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsOptional, ValidateNested } from 'class-validator';
import { FilterInput } from '../filter/filter.input.js';
import { Cursor, PageSize } from '../graphql/page-arguments.js';

/** A page of conversations or participants, counted over the messages that the filter lets through. */
@ArgsType()
export class ListingArgs {
  @Field(() => FilterInput, { nullable: true, description: 'Messages to count; all if not given.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  filter?: FilterInput | null;

  @PageSize()
  first!: number;

  @Cursor(100)
  after?: string | null;
}
