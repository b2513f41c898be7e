import type { SearchEngine, SearchResult } from '../engine/search-engine.js';
import type { StoredMessage } from '../domain/message.js';
import { NO_AGGREGATION, type AggregationRequest } from '../query/aggregation.js';
import type { FilterNode } from '../query/ast.js';
import type { ViewerScope } from '../query/viewer-scope.js';

/** Messages that are read at once. */
const FEW = 1_000;

/** Counts messages by facts alone, and reads those that counting cannot tell. Throws the engine's errors. */
export class MessageCounter {
  constructor(
    private readonly engine: SearchEngine,
    private readonly scope: ViewerScope,
    /** Milliseconds that one count may take. */
    private readonly deadline: number,
  ) {}

  async count(filter: FilterNode): Promise<number> {
    return filter.kind === 'none' ? 0 : (await this.ask(filter, {})).total!;
  }

  /** Totals and the aggregations that are named. */
  ask(filter: FilterNode, aggregations: Partial<AggregationRequest>): Promise<SearchResult> {
    return this.search(filter, 0, aggregations);
  }

  /** Every one, in one state of the archive. */
  async *read(filter: FilterNode): AsyncGenerator<readonly StoredMessage[]> {
    // a scan has a snapshot of its own, which is slow to open
    const { hits, hasNext } = await this.search(filter, FEW, {});
    if (!hasNext) yield hits;
    else yield* this.engine.scan(this.scope, { filter, text: null }, 'oldest');
  }

  private search(filter: FilterNode, first: number, aggregations: Partial<AggregationRequest>): Promise<SearchResult> {
    return this.engine.search(this.scope, {
      ...{ query: { filter, text: null }, order: 'oldest', first, after: null, question: null, wantsCompleteness: false },
      ...{ wantsTotal: true, aggregations: { ...NO_AGGREGATION, ...aggregations }, deadline: this.deadline },
    });
  }
}
