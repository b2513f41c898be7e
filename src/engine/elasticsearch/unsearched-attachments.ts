import { ATTACHMENT_STATES, type AttachmentState } from '../../domain/values.js';
import type { Answer, QueryBody, SearchBody } from './cluster.js';

/** States of attachments that were not, or not wholly, searched. */
const UNSEARCHED = ATTACHMENT_STATES.filter((state) => state !== 'ok');

/** The search that counts attachments of the messages that meet the filter; the server remembers its answer until the next refresh. */
export function countAttachments(filter: QueryBody): SearchBody {
  return {
    query: { bool: { filter: [filter, { term: { hasAttachments: true } }] } },
    size: 0,
    request_cache: true,
    aggs: Object.fromEntries(UNSEARCHED.map((state) => [state, { sum: { field: `attachmentCounts.${state}` } }])),
  };
}

/** How many there are in each state; states without any are left out. */
export function unsearchedAttachments({ aggregations }: Answer): Readonly<Partial<Record<AttachmentState, number>>> {
  const counts = UNSEARCHED.map((state) => [state, (aggregations![state] as { readonly value: number }).value] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
