import type { LiteralStatistics } from '../search-engine.js';
import { totalOf, type QueryBody, type SearchBody } from './cluster.js';
import { compileText } from './compile-text.js';
import { toBody } from './condition.js';
import type { Deadline, Searching } from './searching.js';

/** Searches of one request. */
const SEARCHES_AT_ONCE = 250;
const WHOLE_ARCHIVE: SearchBody = { size: 0, track_total_hits: true, aggs: { length: { sum: { field: 'bodyLength' } } } };

/** How many messages of the whole archive have each folded literal in their body; exact. `meanLength` in code points. */
export async function literalStatistics(
  searching: Searching, keys: readonly string[], deadline: Deadline,
): Promise<Omit<LiteralStatistics, 'watermark'>> {
  const bodies = [WHOLE_ARCHIVE, ...keys.map((key): SearchBody => ({ size: 0, track_total_hits: true, query: bodyHas(key) }))];
  const counts: number[] = [];
  let length = 0;
  for (let from = 0; from < bodies.length; from += SEARCHES_AT_ONCE) {
    for (const { hits, aggregations } of await searching.searchAll(bodies.slice(from, from + SEARCHES_AT_ONCE), deadline)) {
      counts.push(totalOf(hits));
      length += (aggregations?.['length'] as { readonly value: number } | undefined)?.value ?? 0;
    }
  }
  const [documentCount = 0, ...documentCounts] = counts;
  return { documentCount, meanLength: documentCount === 0 ? 0 : length / documentCount, documentCounts };
}

/** Messages whose body has the folded literal. */
export function bodyHas(key: string): QueryBody {
  return toBody(compileText({ kind: 'literal', key, source: key, fields: ['body'] }));
}
