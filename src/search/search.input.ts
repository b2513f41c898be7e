import { Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { MATCH_MODES, MatchModeEnum, SortOrderEnum, TextFieldEnum, type MatchMode } from '../filter/enums.js';
import { FilterInput } from '../filter/filter.input.js';
import { Cursor, PAGE_LIMIT } from '../graphql/page-arguments.js';
import { TEXT_FIELDS, type TextField } from '../query/ast.js';
import { SORT_ORDERS, type SortOrder } from '../query/page.js';
import type { SearchParameters } from './search-parameters.js';

const CURSOR_LENGTH_LIMIT = 10_000;

@InputType({ description: 'What is searched for. Nothing given finds every message.' })
export class SearchInput implements SearchParameters {
  @Field(() => String, {
    nullable: true,
    description: 'The search language (ALL), or a question or paragraph (ANY). Blank finds everything.',
  })
  @IsOptional()
  @IsString()
  text?: string | null;

  @Field(() => MatchModeEnum, { nullable: true, description: 'How the text is read; ALL if not given.' })
  @IsOptional()
  @IsIn(MATCH_MODES)
  match?: MatchMode | null;

  @Field(() => [TextFieldEnum], {
    nullable: true,
    description: 'Where terms without a field prefix are looked for; everywhere if not given.',
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(TEXT_FIELDS.length)
  @IsIn(TEXT_FIELDS, { each: true })
  textFields?: TextField[] | null;

  @Field(() => FilterInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  filter?: FilterInput | null;

  @Field(() => SortOrderEnum, { nullable: true, description: 'NEWEST if not given; RELEVANCE for match ANY.' })
  @IsOptional()
  @IsIn(SORT_ORDERS)
  sort?: SortOrder | null;

  @Field(() => Int, { nullable: true, description: 'Hits on the page, 1 to 100; 20 if not given.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT)
  first?: number | null;

  @Cursor(CURSOR_LENGTH_LIMIT, 'The page begins after this cursor of the same search.')
  after?: string | null;
}
