import type { GraphqlClient } from './graphql-client.js';
import { broadTexts } from './natural-terms.js';
import { percentile } from './percentile.js';
import { milliseconds, table, whole, type Report } from './report.js';
import { PAGE_QUERY } from './search-requests.js';
import type { Workspace } from './workspace.js';

const HITS = 50_000;
/** For archives that are too small for so many hits. */
const MOST_SHARE = 0.3;
/** The most that the API gives at a time. */
const PAGE = 100;
/** The first one brings everything to its running state; of the others, each page counts with its median. */
const WALKS = 4;

interface Page {
  readonly totalCount: number;
  readonly edges: readonly { readonly message: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A search with about 50,000 hits read to its last page, several times: how long each page takes, by its place. */
export async function measurePaging(workspace: Workspace, report: Report): Promise<void> {
  const { sample, statistics } = workspace.prepareCorpus();
  const { client } = await workspace.serve();
  const { text } = broadTexts(sample, Math.min(HITS / statistics.messages, MOST_SHARE), 2)[0]!;
  const walks: (readonly number[])[] = [];
  for (let round = 0; round < WALKS; round += 1) walks.push(await walk(client, text));
  const measured = walks.slice(1);
  // The last page is rarely a full one.
  const pages = measured[0]!.slice(0, -1).map((_, place) =>
    percentile(
      measured.map((times) => times[place]!),
      0.5,
    ),
  );
  if (pages.length === 0) throw new Error('one page has all hits: the archive is too small');
  const first = pages[0]!;
  const at = (share: number): number => percentile(pages, share);
  report.note(
    table(
      ['pages of 100', 'first', 'median', 'p90', 'p95', 'slowest', 'last full page', 'mean of the first tenth', 'mean of the last tenth'],
      [
        [
          whole(pages.length),
          ...[first, at(0.5), at(0.9), at(0.95), at(1), pages.at(-1)!, mean(tenth(pages, 'first')), mean(tenth(pages, 'last'))].map(
            milliseconds,
          ),
        ],
      ],
    ),
  );
  const slow = at(0.9) / first;
  report.promise(
    `paging to the last of ${whole(pages.length * PAGE)} hits: slowest tenth of the pages against the first`,
    workspace.targets.paging,
    slow,
    `from ${slow.toFixed(2)}x on (${milliseconds(at(0.9))} and ${milliseconds(first)})`,
  );
}

/** Milliseconds for each page. Throws unless every hit came exactly once. */
async function walk(client: GraphqlClient, text: string): Promise<readonly number[]> {
  const times: number[] = [];
  const ids = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const answer = await client.get(PAGE_QUERY, { input: { text, first: PAGE, after } });
    const { totalCount, edges, pageInfo } = answer.data['search'] as Page;
    times.push(answer.milliseconds);
    for (const { message } of edges) ids.add(message.id);
    if (!pageInfo.hasNextPage) {
      if (ids.size !== totalCount) throw new Error(`${ids.size} different hits on all pages of ${totalCount}`);
      return times;
    }
    after = pageInfo.endCursor;
  }
}

function tenth(pages: readonly number[], which: 'first' | 'last'): readonly number[] {
  const count = Math.ceil(pages.length / 10);
  return which === 'first' ? pages.slice(0, count) : pages.slice(-count);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
