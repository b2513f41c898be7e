import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'Where a page of a list stands.' })
export class PageInfo {
  @Field()
  hasNextPage!: boolean;

  @Field({ description: 'Whether something comes before the page; in lists that only go forward, whether it began after a cursor.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Pass it as `after` to go on.' })
  endCursor!: string | null;
}

/** Of a page whose edges are given. */
export function pageInfoOf(edges: readonly { readonly cursor: string }[], hasNextPage: boolean, hasPreviousPage: boolean): PageInfo {
  return { hasNextPage, hasPreviousPage, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null };
}
