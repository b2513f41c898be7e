import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class CustodianHitCount {
  @Field(() => ID)
  custodianId!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType({ description: 'What one term of a list hits; exact.' })
export class TermReportLine {
  @Field({ description: 'As it was given.' })
  term!: string;

  @Field(() => Int, { description: 'Messages that the term hits.' })
  hitCount!: number;

  @Field(() => Int, { description: 'Messages that no other term of the list hits. A term that stands twice is one term.' })
  uniqueHitCount!: number;

  @Field(() => [CustodianHitCount], { description: 'The most hits first. A message of two custodians counts for both.' })
  hitCountByCustodian!: readonly CustodianHitCount[];
}
