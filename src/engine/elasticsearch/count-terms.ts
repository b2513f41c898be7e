import { HoldfastError } from '../../errors/errors.js';
import { EVERYTHING, type FilterNode, type TextNode } from '../../query/ast.js';
import type { TermCount } from '../search-engine.js';
import type { QueryBody, SearchBody } from './cluster.js';
import { compositePages } from './composite-pages.js';
import { inGroups, MOST_CLAUSES, planQuery, type QueryPlan } from './query-plan.js';
import { runPlan } from './run-plan.js';
import type { Deadline, Searching } from './searching.js';

/** Buckets of one answer; Elasticsearch refuses more than 65,536. */
const MOST_BUCKETS = 50_000;
/** Documents of one page of numbers. */
const PAGE = 10_000;
/** Requests on their way at once. */
const SIDE_BY_SIDE = 2;
/** `_shard_doc` is the shard's place times this, and the document's number in the shard. */
const SHARD = 2 ** 32;
const FIRST_ROOM = 1 << 16;

interface Term extends QueryPlan {
  /** Its place in the list that was asked for. */
  readonly place: number;
}

/** How many documents a term hits, in the order of the terms. */
interface FilterBuckets {
  readonly buckets: readonly { readonly doc_count: number; readonly custodians: CustodianCounts }[];
}

interface CustodianCounts {
  readonly doc_count_error_upper_bound: number;
  readonly sum_other_doc_count: number;
  readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
}

/**
 * The counts of a term report, exactly, in one snapshot. Hits are counted by Elasticsearch, many terms in a request; which
 * documents only one term hits is known from the documents' numbers. Throws QUERY_TOO_BROAD, QUERY_TIMEOUT, AGGREGATION_TOO_LARGE.
 */
export function countTerms(
  searching: Searching, texts: readonly TextNode[], filter: FilterNode, deadline: Deadline,
): Promise<readonly TermCount[]> {
  if (texts.length === 0) return Promise.resolve([]);
  return searching.inSnapshot(async (snapshot) => {
    const plan = planQuery({ filter, text: null });
    const query = await runPlan(plan, snapshot, deadline);
    const room = MOST_CLAUSES - plan.clauses;
    const batches = inGroups(texts.map((text, place): Term => ({ place, ...planOf(text, filter) })), room);
    // That request has every term twice.
    const isOneRequest = batches.length === 1 && 2 * batches[0]!.reduce((sum, { clauses }) => sum + clauses, 0) <= room;
    const counter = new TermCounter(texts.length, snapshot, query, await countCustodians(snapshot, query, deadline), deadline);
    await sideBySide(batches, (batch) => counter.count(batch, isOneRequest));
    return counter.counts();
  });
}

/** The plan of a text alone; where it takes steps, the filter narrows them. */
function planOf(text: TextNode, filter: FilterNode): QueryPlan {
  const plan = planQuery({ filter: EVERYTHING, text });
  return plan.steps.length === 0 ? plan : planQuery({ filter, text });
}

async function countCustodians(searching: Searching, query: QueryBody, deadline: Deadline): Promise<number> {
  let count = 0;
  for await (const page of compositePages({ searching, query, deadline }, [{ value: { terms: { field: 'custodianId' } } }])) count += page.length;
  return count;
}

class TermCounter {
  private readonly hits: Uint32Array;
  private readonly uniqueHits: Uint32Array;
  private readonly byCustodian: Readonly<Record<string, number>>[];
  private readonly owners = new DocumentOwners();

  constructor(
    termCount: number,
    private readonly searching: Searching,
    private readonly query: QueryBody,
    private readonly custodianCount: number,
    private readonly deadline: Deadline,
  ) {
    this.hits = new Uint32Array(termCount);
    this.uniqueHits = new Uint32Array(termCount);
    this.byCustodian = Array.from({ length: termCount }, () => ({}));
  }

  /** `isOneRequest`: one will do for the unique hits of all terms. */
  async count(batch: readonly Term[], isOneRequest: boolean): Promise<void> {
    const bodies: QueryBody[] = [];
    for (const term of batch) bodies.push(await runPlan(term, this.searching, this.deadline));
    await this.countHits(batch, bodies);
    if (isOneRequest) await this.countUnique(batch, bodies);
    else await this.collectOwners(batch, bodies);
  }

  counts(): readonly TermCount[] {
    this.owners.forEachSingle((term) => (this.uniqueHits[term]! += 1));
    return Array.from(this.hits, (hits, term) => ({ hits, uniqueHits: this.uniqueHits[term]!, hitsByCustodian: this.byCustodian[term]! }));
  }

  private async countHits(batch: readonly Term[], bodies: readonly QueryBody[]): Promise<void> {
    const termsAtOnce = Math.max(1, Math.floor(MOST_BUCKETS / (this.custodianCount + 1)));
    const aggs = { custodians: { terms: { field: 'custodianId', size: this.custodianCount + 1 } } };
    for (let from = 0; from < batch.length; from += termsAtOnce) {
      const filters = bodies.slice(from, from + termsAtOnce);
      const buckets = await this.filterBuckets({ query: this.query, aggs: { terms: { filters: { filters }, aggs } } });
      buckets.forEach(({ doc_count: count, custodians }, index) => {
        if (custodians.sum_other_doc_count !== 0 || custodians.doc_count_error_upper_bound !== 0) {
          throw new HoldfastError('ENGINE_UNAVAILABLE', 'The counts by custodian are not exact.');
        }
        const { place } = batch[from + index]!;
        this.hits[place] = count;
        this.byCustodian[place] = Object.fromEntries(custodians.buckets.map(({ key, doc_count: hits }) => [key, hits]));
      });
    }
  }

  /** Among the documents that exactly one of the terms hits. */
  private async countUnique(batch: readonly Term[], bodies: readonly QueryBody[]): Promise<void> {
    const some = { bool: { should: [...bodies], minimum_should_match: 1 } };
    const several = { bool: { should: [...bodies], minimum_should_match: 2 } };
    const query = { bool: { filter: [this.query, some], must_not: [several] } };
    const buckets = await this.filterBuckets({ query, aggs: { terms: { filters: { filters: [...bodies] } } } });
    buckets.forEach(({ doc_count: count }, index) => (this.uniqueHits[batch[index]!.place] = count));
  }

  /**
   * Walks through the documents that some term of the batch hits. Each term adds a number of its own to a document's score,
   * all between `count` and twice that: the sum is below twice that only if there is one, and then tells which.
   */
  private async collectOwners(batch: readonly Term[], bodies: readonly QueryBody[]): Promise<void> {
    const count = bodies.length;
    const should = bodies.map((filter, index) => ({ constant_score: { filter, boost: count + index } }));
    let page: SearchBody = {
      query: { bool: { filter: [this.query], should, minimum_should_match: 1 } },
      size: PAGE, sort: ['_shard_doc'], track_scores: true, stored_fields: '_none_', _source: false,
    };
    for (;;) {
      const { hits } = (await this.searching.search(page, this.deadline)).hits;
      for (const { sort, _score: score } of hits) {
        this.owners.add(Number(sort![0]), score! < 2 * count ? batch[score! - count]!.place : null);
      }
      if (hits.length < PAGE) return;
      page = { ...page, search_after: hits.at(-1)!.sort! };
    }
  }

  private async filterBuckets(body: SearchBody): Promise<FilterBuckets['buckets']> {
    const { aggregations } = await this.searching.search({ ...body, size: 0 }, this.deadline);
    return (aggregations!['terms'] as unknown as FilterBuckets).buckets;
  }
}

const NOBODY = 0;
const SEVERAL = -1;

/** For each document of a snapshot the one term that hits it, or that there are several. */
class DocumentOwners {
  /** By shard, by document number: a term's place plus one, or one of the marks above. */
  private readonly shards: Int32Array[] = [];

  /** `term`: the only one of its batch; null: several of it. Once for each batch that hits the document. */
  add(shardDocument: number, term: number | null): void {
    const shard = Math.floor(shardDocument / SHARD);
    const document = shardDocument % SHARD;
    const owners = this.room(shard, document);
    owners[document] = owners[document] === NOBODY && term !== null ? term + 1 : SEVERAL;
  }

  forEachSingle(visit: (term: number) => void): void {
    for (const owners of this.shards) for (const owner of owners) if (owner > NOBODY) visit(owner - 1);
  }

  private room(shard: number, document: number): Int32Array {
    while (this.shards.length <= shard) this.shards.push(new Int32Array(FIRST_ROOM));
    const owners = this.shards[shard]!;
    if (document < owners.length) return owners;
    const larger = new Int32Array(Math.max(document + 1, owners.length * 2));
    larger.set(owners);
    this.shards[shard] = larger;
    return larger;
  }
}

/** Runs the work for all items, a few at a time. */
async function sideBySide<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items].values();
  const run = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, items.length) }, run));
}
