import { applyDecorators } from '@nestjs/common';
import { Field, Int } from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Rows of one page of a list, at most. */
export const PAGE_LIMIT = 100;

/** How many rows the page has, 20 if not given. */
export function PageSize(description = '1 to 100.'): PropertyDecorator {
  return applyDecorators(
    Field(() => Int, { defaultValue: 20, description }),
    IsInt(),
    Min(1),
    Max(PAGE_LIMIT),
  );
}

/** A cursor of at most `longest` characters; null or none: from the beginning. */
export function Cursor(longest: number, description = 'The page begins after this cursor.'): PropertyDecorator {
  return applyDecorators(Field(() => String, { nullable: true, description }), IsOptional(), IsString(), MaxLength(longest));
}
