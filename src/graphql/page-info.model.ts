import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'Where a page of a list stands.' })
export class PageInfo {
  @Field()
  hasNextPage!: boolean;

  @Field({ description: 'Whether the page began after a cursor. Lists go forward only.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Pass it as `after` to go on.' })
  endCursor!: string | null;
}
