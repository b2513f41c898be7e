import { Field, ObjectType } from '@nestjs/graphql';
import { ActorEnum, type Actor } from './people.js';

@ObjectType({ description: 'One of the two people who act, until accounts exist.' })
export class Person {
  @Field(() => ActorEnum, { description: 'What records, audit and certificates call this person.' })
  actor!: Actor;

  @Field({ description: 'As the settings have it.' })
  name!: string;
}
