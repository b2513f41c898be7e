import type { Query } from '../src/query/ast.js';
import { matches } from '../src/query/matches.js';
import { buildQuery } from '../src/search/build-query.js';
import { parametersOf } from './in-process-search.js';
import type { BenchSearch } from './literals.js';
import { preparedMessages } from './prepared-archive.js';
import type { Workspace } from './workspace.js';

const BATCH = 1_000;

/** How many messages of the archive file each search hits, by the definition of a hit and without any engine. In the order of `searches`. */
export async function countByDefinition(workspace: Workspace, searches: readonly BenchSearch[]): Promise<readonly number[]> {
  const queries: Query[] = searches.map((search) => buildQuery(parametersOf(search)));
  const counts = searches.map(() => 0);
  for await (const batch of preparedMessages(workspace.archiveFile, BATCH)) {
    for (const { values, folded } of batch) {
      const subject = { values, folded };
      queries.forEach((query, index) => (counts[index]! += Number(matches(query, subject))));
    }
  }
  return counts;
}
