import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { LOCAL_INVESTIGATOR } from '../src/access/viewer.js';
import { NO_AGGREGATION } from '../src/query/aggregation.js';
import type { SearchParameters, WantedParts } from '../src/search/search-parameters.js';
import { HoldfastError } from '../src/errors/errors.js';
import type { Deployment } from './deployment.js';
import type { BenchSearch } from './literals.js';
import { PAGE_SIZE, type SearchOutcome } from './search-requests.js';

/** The search service without HTTP and GraphQL around it. */
export interface InProcessSearch {
  run(search: BenchSearch): Promise<SearchOutcome>;
  /** The page alone, without highlights and total. */
  ask(parameters: SearchParameters): Promise<readonly { readonly nativeId: string }[]>;
  close(): Promise<void>;
}

const PAGE_ALONE: WantedParts = { page: true, highlights: false, totalCount: false, completeness: false, aggregations: NO_AGGREGATION };

/** Opens the product's services on an archive, in this process. One at a time: the settings are those of the process. */
export async function openInProcess({ variables }: Pick<Deployment, 'variables'>): Promise<InProcessSearch> {
  Object.assign(process.env, variables);
  // Not before the setting is there: modules read it when they are loaded.
  const [{ AppModule }, { SearchService }] = await Promise.all([import('../src/app.module.js'), import('../src/search/search.service.js')]);
  const context = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
  const service = context.get(SearchService);
  return {
    run: async (search) => {
      const begin = performance.now();
      try {
        const answer = await service.run(LOCAL_INVESTIGATOR, parametersOf(search));
        return { search, hits: answer.totalCount, milliseconds: performance.now() - begin, code: null };
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        return { search, hits: null, milliseconds: performance.now() - begin, code: error.code };
      }
    },
    ask: async (parameters) => (await service.run(LOCAL_INVESTIGATOR, parameters, PAGE_ALONE)).edges.map((edge) => edge.message),
    close: () => context.close(),
  };
}

/** The search as the service takes it. */
export function parametersOf({ text, filter }: BenchSearch): SearchParameters {
  if (filter === undefined) return { text, first: PAGE_SIZE };
  const { custodianIds, sentFrom, sentTo } = filter;
  return { text, first: PAGE_SIZE, filter: { custodianIds, sentFrom: Date.parse(sentFrom), sentTo: Date.parse(sentTo) } };
}
