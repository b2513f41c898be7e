import { Field, Float, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'Whether the archive can be searched now.' })
export class Health {
  @Field()
  engine!: string;

  @Field()
  isReady!: boolean;

  @Field(() => Int)
  messageCount!: number;

  @Field(() => Float, { description: 'Number of the last change.' })
  watermark!: number;

  @Field({ description: 'Version of the text rules that the index was made with.' })
  foldVersion!: string;

  @Field(() => String, { nullable: true, description: 'Why it is not ready, and what to do.' })
  problem!: string | null;
}
