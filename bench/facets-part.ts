import { broadTexts } from './natural-terms.js';
import { percentile } from './percentile.js';
import { milliseconds, table, whole, type Report } from './report.js';
import { pageInput } from './search-requests.js';
import type { Workspace } from './workspace.js';

const HITS = 300_000;
/** For archives that are too small for so many hits. */
const MOST_SHARE = 0.3;
const SEARCHES = 10;

const QUERY = `query Overview($input: SearchInput!) {
  search(input: $input) {
    totalCount
    edges { cursor message { id conversationName senderName sentAt text } highlights { field snippet spans { start end } } }
    pageInfo { hasNextPage endCursor }
    facets(fields: [custodianId, conversationId, senderId, kind, conversationKind], first: 10) {
      field buckets { value label count } otherCount missingCount
    }
    histogram(interval: DAY, timeZone: "Asia/Shanghai") { start count }
  }
}`;

interface Answer {
  readonly totalCount: number;
  readonly histogram: readonly { readonly count: number }[];
}

/** A page, five facets and a day histogram of searches that hit about 300,000 messages. */
export async function measureFacets(workspace: Workspace, report: Report): Promise<void> {
  const { sample, statistics } = workspace.prepareCorpus();
  const share = Math.min(HITS / statistics.messages, MOST_SHARE);
  const searches = broadTexts(sample, share, SEARCHES + 2);
  const { client } = await workspace.serve();
  const measured: { text: string; hits: number; time: number }[] = [];
  for (const [index, search] of searches.entries()) {
    const answer = await client.get(QUERY, { input: pageInput(search) });
    const { totalCount, histogram } = answer.data['search'] as Answer;
    const sum = histogram.reduce((total, bar) => total + bar.count, 0);
    if (sum !== totalCount) throw new Error(`the histogram adds up to ${sum}, the total is ${totalCount}`);
    // The first one warms the code, on either kind of text.
    if (index !== 0 && index !== searches.length / 2) measured.push({ text: search.text, hits: totalCount, time: answer.milliseconds });
  }
  report.note(
    table(
      ['search', 'hits', 'time'],
      measured.map(({ text, hits, time }) => [text, whole(hits), milliseconds(time)]),
    ),
  );
  const slowest = percentile(
    measured.map(({ time }) => time),
    1,
  );
  const hits = percentile(
    measured.map((one) => one.hits),
    0.5,
  );
  report.promise(
    `page, 5 facets and day histogram over about ${whole(hits)} hits, slowest of ${measured.length}`,
    workspace.targets.facets,
    slowest,
    milliseconds(slowest),
  );
}
