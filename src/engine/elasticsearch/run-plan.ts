import { setImmediate } from 'node:timers/promises';
import { HoldfastError } from '../../errors/errors.js';
import type { Query, TextNode } from '../../query/ast.js';
import { matchesText } from '../../query/matches.js';
import type { QueryBody, SearchBody, Source } from './cluster.js';
import { toBody } from './condition.js';
import { INDEX_ORDER, keyOf, searchAfter } from './time-order.js';
import { planQuery, type PlanStep, type QueryPlan } from './query-plan.js';
import type { Deadline, Searching } from './searching.js';

/** Ids that the steps of one query may find together: 70 MB of a request. */
export const MOST_FOUND = 2_000_000;
const IDS_A_PAGE = 10_000;
const TEXTS_A_PAGE = 500;
/** Milliseconds of checking after which other work gets its turn. */
const TURN = 10;

/**
 * Calls `work` with the query as Elasticsearch reads it and the searches it belongs to: all over one state of the index if
 * the query takes several requests, or if `wantsSnapshot`. Throws QUERY_TOO_BROAD, QUERY_TIMEOUT.
 */
export function withQuery<Value>(
  searching: Searching, query: Query, deadline: Deadline, work: (searching: Searching, body: QueryBody) => Promise<Value>, wantsSnapshot = false,
): Promise<Value> {
  const plan = planQuery(query);
  if (plan.steps.length === 0 && !wantsSnapshot) return work(searching, toBody(plan.condition));
  return searching.inSnapshot(async (snapshot) => work(snapshot, await runPlan(plan, snapshot, deadline)));
}

/**
 * Takes the steps of the plan, in a snapshot, and returns the query as Elasticsearch reads it. Throws QUERY_TIMEOUT, and
 * QUERY_TOO_BROAD when the steps find more than `most` ids together.
 */
export async function runPlan(plan: QueryPlan, searching: Searching, deadline: Deadline, most = MOST_FOUND): Promise<QueryBody> {
  const found: string[][] = [];
  let count = 0;
  for (const step of plan.steps) {
    const ids = await runStep(step, found, searching, deadline, most - count);
    count += ids.length;
    found.push(ids);
  }
  return toBody(plan.condition, found);
}

async function runStep(step: PlanStep, found: readonly string[][], searching: Searching, deadline: Deadline, most: number): Promise<string[]> {
  const ids = new Set<string>();
  for (const search of step.searches) {
    const query = toBody(search, found);
    const pages = step.check === null ? idPages(query, searching, deadline) : checkedPages(query, step.check, searching, deadline);
    for await (const page of pages) {
      for (const id of page) ids.add(id);
      if (ids.size > most) throw new HoldfastError('QUERY_TOO_BROAD', 'A part of the query matches too many messages.', { limit: MOST_FOUND });
    }
  }
  return [...ids];
}

async function* idPages(query: QueryBody, searching: Searching, deadline: Deadline): AsyncGenerator<string[]> {
  const body: SearchBody = { query, size: IDS_A_PAGE, stored_fields: '_none_', _source: false };
  for await (const page of walk(body, searching, deadline)) yield page.map(({ id }) => id);
}

async function* checkedPages(query: QueryBody, check: TextNode, searching: Searching, deadline: Deadline): AsyncGenerator<string[]> {
  const body: SearchBody = { query, size: TEXTS_A_PAGE, _source: ['foldedBody', 'foldedName', 'foldedAttachment'] };
  let turn = performance.now();
  for await (const page of walk(body, searching, deadline)) {
    const ids: string[] = [];
    for (const { id, source } of page) {
      if (matchesText(check, foldedText(source))) ids.push(id);
      if (performance.now() - turn < TURN) continue;
      await setImmediate();
      deadline.left();
      turn = performance.now();
    }
    yield ids;
  }
}

function foldedText({ foldedBody = '', foldedName = '', foldedAttachment = '' }: Source): Parameters<typeof matchesText>[1] {
  return { body: foldedBody, name: foldedName, attachment: foldedAttachment };
}

async function* walk(body: SearchBody, searching: Searching, deadline: Deadline): AsyncGenerator<{ id: string; source: Source }[]> {
  let page: SearchBody = { ...body, sort: INDEX_ORDER };
  for (;;) {
    const { hits } = (await searching.search(page, deadline)).hits;
    if (hits.length > 0) yield hits.map((hit) => ({ id: keyOf(hit).id, source: hit._source ?? {} }));
    if (hits.length < body.size!) return;
    page = { ...page, search_after: searchAfter(keyOf(hits.at(-1)!), 'newest') };
  }
}
