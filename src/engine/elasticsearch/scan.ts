import type { StoredMessage } from '../../domain/message.js';
import type { QueryBody, SearchBody } from './cluster.js';
import { DOCUMENT_ONLY } from './page-by-time.js';
import { Deadline, type Searching } from './searching.js';
import { messageOf } from './stored-messages.js';
import { datedOf, sortByTime, undatedOf, UNDATED_ORDER, type TimeOrder } from './time-order.js';

const BATCH = 500;
/** Milliseconds for one batch. */
const BATCH_DEADLINE = 600_000;
/** Milliseconds between renewals while the reader is busy with a batch: well within what a point in time is kept for. */
const RENEWAL = 30_000;

/** Every hit in the order of lists, batch by batch, in a snapshot, which is kept alive however slowly the batches are read. */
export async function* scan(searching: Searching, query: QueryBody, order: TimeOrder): AsyncGenerator<readonly StoredMessage[]> {
  const renewal = setInterval(() => void renew(searching), RENEWAL).unref();
  try {
    yield* walk(searching, { query: datedOf(query), sort: sortByTime(order) });
    yield* walk(searching, { query: undatedOf(query), sort: UNDATED_ORDER });
  } finally {
    clearInterval(renewal);
  }
}

async function* walk(searching: Searching, body: SearchBody): AsyncGenerator<readonly StoredMessage[]> {
  let page: SearchBody = { ...body, size: BATCH, _source: [...DOCUMENT_ONLY] };
  for (;;) {
    const { hits } = (await searching.search(page, new Deadline(BATCH_DEADLINE))).hits;
    if (hits.length > 0) yield hits.map(messageOf);
    if (hits.length < BATCH) return;
    page = { ...page, search_after: hits.at(-1)!.sort! };
  }
}

/** A failure shows when the next batch is read. */
async function renew(searching: Searching): Promise<void> {
  await searching.search({ size: 0, query: { match_none: {} } }, new Deadline(RENEWAL)).catch(() => undefined);
}
