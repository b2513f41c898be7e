import { Inject } from '@nestjs/common';
import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { HoldfastError } from '../errors/errors.js';
import { PAGE_LIMIT } from '../graphql/page-arguments.js';
import { pageInfoOf } from '../graphql/page-info.model.js';
import { ImportRunLog } from './import-run-log.js';
import { ImportRunConnection, ImportRunModel } from './import-runs.model.js';
import { toImportRunModel } from './to-import-run-model.js';

const RUN_ID = /^[0-9a-z]{1,40}$/;

@Resolver()
export class ImportRunsResolver {
  constructor(@Inject(ImportRunLog) private readonly runs: ImportRunLog) {}

  @Query(() => ImportRunConnection, { description: 'What was imported, the latest first.' })
  async importRuns(
    @Args('first', { type: () => Int, defaultValue: 20, description: '1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'The page begins after this cursor.' }) after: string | null,
  ): Promise<ImportRunConnection> {
    if (first < 1 || first > PAGE_LIMIT)
      throw new HoldfastError('INPUT_INVALID', `first is a number from 1 to ${PAGE_LIMIT}.`, { parameters: ['first'] });
    if (after && !RUN_ID.test(after)) throw new HoldfastError('CURSOR_INVALID');
    const runs = await this.runs.list(first + 1, after ?? undefined);
    const edges = runs.slice(0, first).map((run) => ({ cursor: run.id, node: toImportRunModel(run) }));
    return {
      totalCount: await this.count(),
      edges,
      pageInfo: pageInfoOf(edges, runs.length > first, Boolean(after)),
    };
  }

  @Query(() => ImportRunModel, { nullable: true, description: 'One import run; null if there is none.' })
  async importRun(@Args('id', { type: () => String }) id: string): Promise<ImportRunModel | null> {
    const run = RUN_ID.test(id) ? await this.runs.find(id) : null;
    return run === null ? null : toImportRunModel(run);
  }

  private async count(): Promise<number> {
    for (let [count, after] = [0, undefined as string | undefined]; ;) {
      const page = await this.runs.list(PAGE_LIMIT, after);
      count += page.length;
      if (page.length < PAGE_LIMIT) return count;
      after = page.at(-1)!.id;
    }
  }
}
