import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Message } from '../../src/domain/message.js';
import type { PutResult } from '../../src/engine/index-writer.js';
import type { SearchHit, SearchRequest, SearchResult } from '../../src/engine/search-engine.js';
import { NO_AGGREGATION } from '../../src/query/aggregation.js';
import { EVERYTHING, type FilterNode, type TextNode } from '../../src/query/ast.js';
import type { PageKey } from '../../src/query/page.js';
import { ViewerScope } from '../../src/query/viewer-scope.js';
import { prepare } from '../support/prepare.js';
import type { EngineUnderTest, OpenEngine, OpenOptions } from './engines.js';

export const SCOPE = ViewerScope.everything('test');

/** A request for all hits and the total, but for what is named. */
export function request(
  parts: Partial<Omit<SearchRequest, 'query'>> & { filter?: FilterNode; text?: TextNode | null } = {},
): SearchRequest {
  const { filter = EVERYTHING, text = null, ...rest } = parts;
  return {
    query: { filter, text },
    order: 'oldest',
    first: 1_000,
    after: null,
    question: null,
    wantsTotal: true,
    aggregations: NO_AGGREGATION,
    wantsCompleteness: false,
    deadline: 30_000,
    ...rest,
  };
}

/** One archive on one engine, in a directory of its own. */
export class ArchiveUnderTest {
  private constructor(
    private readonly kind: EngineUnderTest,
    readonly directory: string,
    private open: OpenEngine,
  ) {}

  static async create(kind: EngineUnderTest, messages: readonly Message[] = [], options?: OpenOptions): Promise<ArchiveUnderTest> {
    const directory = await mkdtemp(path.join(tmpdir(), 'holdfast-contract-'));
    const archive = new ArchiveUnderTest(kind, directory, await kind.open(directory, options));
    await archive.writer.prepare();
    await archive.store(messages);
    return archive;
  }

  get engine(): OpenEngine['engine'] {
    return this.open.engine;
  }

  get writer(): OpenEngine['writer'] {
    return this.open.writer;
  }

  get catalog(): OpenEngine['catalog'] {
    return this.open.catalog;
  }

  get rejected(): OpenEngine['rejected'] {
    return this.open.rejected;
  }

  /** Writes new messages and makes them visible. Throws when one was there before. */
  async store(messages: readonly Message[]): Promise<readonly PutResult[]> {
    if (messages.length === 0) return [];
    const results = await this.writer.put(messages.map((message) => ({ prepared: prepare(message), expected: null })));
    if (results.some((result) => result.outcome !== 'written')) throw new Error('a message of the test was there before');
    await this.writer.refresh();
    return results;
  }

  /** Replaces a message that is stored, and makes that visible. */
  async replace(message: Message): Promise<void> {
    const [stored] = await this.writer.read([message.id]);
    const [result] = await this.writer.put([{ prepared: prepare(message), expected: stored!.version }]);
    if (result!.outcome !== 'written') throw new Error('the message of the test changed meanwhile');
    await this.writer.refresh();
  }

  search(parts: Parameters<typeof request>[0] = {}): Promise<SearchResult> {
    return this.engine.search(SCOPE, request(parts));
  }

  /** Every hit, page by page, in order. */
  async walk(parts: Parameters<typeof request>[0], pageSize: number): Promise<SearchHit[]> {
    const hits: SearchHit[] = [];
    let after: PageKey | null = null;
    for (;;) {
      const page: SearchResult = await this.search({ ...parts, first: pageSize, after });
      hits.push(...page.hits);
      if (!page.hasNext) return hits;
      if (page.hits.length !== pageSize) throw new Error(`a page of ${page.hits.length} hits says that there are more`);
      after = page.hits.at(-1)!.key;
    }
  }

  /** Closes everything and opens it again, as after a restart. */
  async reopen(): Promise<void> {
    await this.open.close();
    this.open = await this.kind.open(this.directory);
  }

  async remove(): Promise<void> {
    await this.open.close();
    await this.kind.remove(this.directory);
    await rm(this.directory, { recursive: true, force: true });
  }
}

export function nativeIds(hits: readonly { readonly message: Message }[]): string[] {
  return hits.map((hit) => hit.message.nativeId);
}
