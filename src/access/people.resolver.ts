import { Inject } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { Environment } from '../config/env.js';
import { Person } from './people.model.js';

@Resolver()
export class PeopleResolver {
  constructor(@Inject(Environment) private readonly environment: Environment) {}

  @Query(() => [Person], { description: 'Who acts: one of the two may ask for a thing, the other one approves it.' })
  people(): readonly Person[] {
    const { HOLDFAST_ADMINISTRATOR, HOLDFAST_APPROVER } = this.environment;
    return [
      { actor: 'administrator', name: HOLDFAST_ADMINISTRATOR },
      { actor: 'approver', name: HOLDFAST_APPROVER },
    ];
  }
}
