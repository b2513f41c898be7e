import type { Deployment } from './deployment.js';
import type { ElasticsearchSite } from './elasticsearch-site.js';
import { openInProcess } from './in-process-search.js';
import type { BenchSearch } from './literals.js';
import { RequestRecorder, type RecordedRequest } from './request-recorder.js';
import type { SearchOutcome } from './search-requests.js';

/** What the product sends for each of some searches, byte for byte. */
export interface RecordedSearches {
  /** The request for the page of each search. */
  readonly pages: ReadonlyMap<BenchSearch, RecordedRequest>;
  /** What the product asks the server for one search, on average, as one line. */
  readonly requestsEach: string;
}

const IS_SEARCH = /\/_m?search\b/;

/** Runs each search once by the service in this process, whose requests pass by here. */
export async function recordSearches(
  site: ElasticsearchSite,
  deployment: Deployment,
  searches: readonly BenchSearch[],
): Promise<RecordedSearches> {
  const recorder = await RequestRecorder.start(site.raw.url);
  try {
    const variables = { ...deployment.variables, HOLDFAST_ELASTICSEARCH_URL: recorder.url };
    const service = await openInProcess({ variables });
    try {
      const pages = new Map<BenchSearch, RecordedRequest>();
      const all: RecordedRequest[] = [];
      recorder.take();
      for (const search of searches) {
        await service.run(search);
        const asked = recorder.take();
        all.push(...asked);
        const page = asked.find(({ path }) => IS_SEARCH.test(path) && path.includes(site.messagesOf(deployment)));
        if (page === undefined) throw new Error('the product answers a search without searching the index of messages');
        pages.set(search, page);
      }
      return { pages, requestsEach: requestsEach(all, searches.length) };
    } finally {
      await service.close();
    }
  } finally {
    await recorder.close();
  }
}

/** What was asked, by kind, the most frequent first. */
function requestsEach(requests: readonly RecordedRequest[], searches: number): string {
  const counts = new Map<string, number>();
  for (const { method, path } of requests) {
    const kind = `${method} ${/\/(_\w+)/.exec(path)?.[1] ?? '/'}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .sort((left, right) => right[1] - left[1])
    .map(([kind, count]) => `${(count / searches).toFixed(2)} ${kind}`)
    .join(', ');
}

/** The same request by a plain client, from sending it to having read and parsed the whole answer. */
export async function runPlainly(site: ElasticsearchSite, search: BenchSearch, request: RecordedRequest): Promise<SearchOutcome> {
  const begin = performance.now();
  const { hits } = await site.raw.post<{ hits: { total: { value: number } } }>(request.path, request.body, request.type);
  return { search, hits: hits.total.value, milliseconds: performance.now() - begin, code: null };
}
