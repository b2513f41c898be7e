import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditKey } from '../audit/audit-key.js';
import { Environment } from '../config/env.js';
import type { FilterNode, Query, TextNode } from '../query/ast.js';

/** Logs searches that took long: how long, and what they were made of. Never texts or values. */
@Injectable()
export class SlowSearchLog {
  private readonly logger = new Logger('SlowSearch');

  constructor(
    @Inject(Environment) private readonly environment: Environment,
    @Inject(AuditKey) private readonly auditKey: AuditKey,
  ) {}

  /** Does the search; logs it when it took HOLDFAST_SLOW_SEARCH_MS or longer, whether it succeeded or not. */
  async watch<Result>(query: Query, search: () => Promise<Result>): Promise<Result> {
    const begin = performance.now();
    try {
      return await search();
    } finally {
      const limit = this.environment.HOLDFAST_SLOW_SEARCH_MS;
      const duration = performance.now() - begin;
      if (limit > 0 && duration >= limit) this.log(query, duration);
    }
  }

  private log({ text, filter }: Query, duration: number): void {
    const counts: Record<string, number> = {};
    if (text !== null) countNodes(text, counts);
    countNodes(filter, counts);
    const nodes = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
    // Keyed as in the audit: equal searches can be recognized, their texts not guessed.
    const hash = this.auditKey.hash(JSON.stringify([text, filter])).slice(0, 16);
    this.logger.warn(`${Math.round(duration)} ms, engine ${this.environment.HOLDFAST_ENGINE}, query ${hash}, nodes: ${nodes.join(', ')}`);
  }
}

function countNodes(node: TextNode | FilterNode, counts: Record<string, number>): void {
  counts[node.kind] = (counts[node.kind] ?? 0) + 1;
  if ('nodes' in node) for (const inner of node.nodes) countNodes(inner, counts);
  if ('node' in node) countNodes(node.node, counts);
}
