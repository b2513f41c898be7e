import { Inject } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { SearchEngine } from '../engine/search-engine.js';
import { Health } from './health.model.js';

@Resolver()
export class HealthResolver {
  constructor(@Inject(SearchEngine) private readonly engine: SearchEngine) {}

  @Query(() => Health, { description: 'The state of the engine.' })
  health(): Promise<Health> {
    return this.engine.health();
  }
}
