import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, ClusterConnectionPool, type estypes } from '@elastic/elasticsearch';
import { HoldfastError } from '../../errors/errors.js';
import { errorTypes, FailedPart, failureOf, isOverloaded, isStarting, toEngineError } from './engine-error.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { TimedConnection } from './timed-connection.js';

/** Milliseconds for what is quick whatever it is asked. */
const LOOK_UP_DEADLINE = 30_000;
/** Milliseconds the cluster may take over a write or a change of its own state. */
const WRITE_DEADLINE = 60_000;
/** How much longer than the cluster's own limit the client waits for the refusal. */
const GRACE = 1_000;
/** Milliseconds between tries at a cluster that refuses for want of room: 50, 100, … up to the last, again and again. */
const BACK_OFF = [50, 100, 200, 400, 800, 1_600, 3_200];
/** Milliseconds after which a refusal is passed on. */
const PATIENCE = 60_000;
/** Milliseconds that real-time reading waits for a shard which is just starting or moving. */
const READ_PATIENCE = 10_000;

/** How long a point in time is kept after the last request that used it. */
const KEEP_ALIVE = '2m';

export type SearchBody = Omit<estypes.SearchRequest, 'index' | 'timeout' | 'allow_partial_search_results' | 'body'>;
export type Answer = estypes.SearchResponse<Source, Record<string, estypes.AggregationsAggregate>>;
export type QueryBody = estypes.QueryDslQueryContainer;
/** A point in time, as a search names it. */
export type Snapshot = estypes.SearchPointInTimeReference & { readonly keep_alive: string };

/** What is kept of a message beside the index (`message-body.ts`). */
export interface Source {
  readonly document?: string;
  readonly foldedBody?: string;
  readonly foldedName?: string;
  readonly foldedAttachment?: string;
  /** The request that wrote it. */
  readonly writeId?: string;
  /** Its sequence number in the index that a reindexing copied it from. */
  readonly copiedFrom?: number;
  /** It stands in the place of a message (`stubs.ts`). */
  readonly isStub?: boolean;
  /** The batches that destroyed it. */
  readonly disposals?: readonly string[];
}

/** One action's answer: HTTP status, and where the document stands now. */
export interface BulkItem {
  readonly id: string;
  readonly status: number;
  /** The physical index. */
  readonly index: string;
  readonly sequence: number;
  readonly term: number;
  /** The types of the error and its causes; empty when it went well. */
  readonly errorTypes: readonly string[];
}

/** What real-time reading found. */
export interface FoundDocument<Value = Source> {
  readonly index: string;
  readonly sequence: number;
  readonly term: number;
  readonly source: Value;
}

/**
 * The only place that talks to Elasticsearch. Strict: an answer that is partial, timed out or inexact is an error, every
 * request has a time limit, and errors (`engine-error.ts`) carry no content.
 */
export class Cluster {
  readonly client: Client;
  /** Copies of a shard are refreshed one after the other: one process asks the same copy, so that its answers never go back in time. */
  private readonly copy = randomUUID();

  constructor(readonly settings: ElasticsearchSettings) {
    this.client = new Client({
      nodes: [...settings.urls],
      // The default one may find no node for a long time after all of them have failed.
      ConnectionPool: ClusterConnectionPool,
      Connection: TimedConnection,
      ...(settings.apiKey !== '' && { auth: { apiKey: settings.apiKey } }),
      ...(settings.apiKey === '' && settings.username !== '' && { auth: { username: settings.username, password: settings.password } }),
      ...(settings.caFile !== '' && { tls: { ca: readAuthority(settings.caFile) } }),
      maxRetries: 2,
      requestTimeout: LOOK_UP_DEADLINE,
      compression: false,
    });
  }

  /** One search. `target`: an index or alias, or a point in time as `body.pit`. Throws QUERY_TIMEOUT after `deadline` milliseconds. */
  async search(target: string | null, body: SearchBody, deadline = LOOK_UP_DEADLINE): Promise<Answer> {
    const answer = await this.request(
      () =>
        this.client.search<Source, Record<string, estypes.AggregationsAggregate>>(
          {
            ...body,
            ...(target !== null && { index: target, preference: this.copy }),
            ...(body.track_total_hits === undefined && { track_total_hits: false }),
            timeout: `${deadline}ms`,
            allow_partial_search_results: false,
          },
          { requestTimeout: deadline + GRACE },
        ),
      deadline,
    );
    return whole(answer);
  }

  /** Several searches in one request; their answers in order. Each is as strict as a single one. */
  async searchAll(target: string | null, bodies: readonly SearchBody[], deadline = LOOK_UP_DEADLINE): Promise<readonly Answer[]> {
    if (bodies.length === 0) return [];
    if (bodies.length === 1) return [await this.search(target, bodies[0]!, deadline)];
    const searches = bodies.flatMap(({ request_cache, ...body }) => [
      { ...(target !== null && { index: target, preference: this.copy }), ...(request_cache !== undefined && { request_cache }), allow_partial_search_results: false },
      { track_total_hits: false, ...body, timeout: `${deadline}ms` },
    ]) as estypes.MsearchRequestItem[];
    return this.request(async () => {
      const { responses } = await this.client.msearch<Source, Record<string, estypes.AggregationsAggregate>>(
        { searches }, { requestTimeout: deadline + GRACE },
      );
      return responses.map((response) => {
        if ('error' in response) throw new FailedPart({ status: response.status, types: errorTypes(response.error) });
        return whole(response);
      });
    }, deadline);
  }

  /** Runs `work` over one unchanging state of the index, which is released afterwards whatever happens. */
  async inSnapshot<Value>(index: string, work: (pit: Snapshot) => Promise<Value>, keepAlive = KEEP_ALIVE): Promise<Value> {
    const { pit, close } = await this.openSnapshot(index, keepAlive);
    try {
      return await work(pit);
    } finally {
      await close();
    }
  }

  /** One unchanging state of the index, for generators: whoever opens it closes it, whatever happens. */
  async openSnapshot(index: string, keepAlive = KEEP_ALIVE): Promise<{ readonly pit: Snapshot; readonly close: () => Promise<void> }> {
    const { id } = await this.request(() => this.client.openPointInTime({ index, keep_alive: keepAlive, preference: this.copy }));
    return {
      pit: { id, keep_alive: keepAlive },
      close: async () => {
        // Released by itself when its time is over, should the cluster be gone.
        await this.client.closePointInTime({ id }).catch(() => undefined);
      },
    };
  }

  /** Sends actions, a line of JSON each, and their documents. One answer per action, in order; refused requests are sent again. */
  async bulk(lines: Uint8Array, options: { readonly refresh?: boolean; readonly deadline?: number } = {}): Promise<readonly BulkItem[]> {
    const { refresh = false, deadline = WRITE_DEADLINE } = options;
    return this.request(() => this.sendBulk(lines, { path: '/_bulk', querystring: { ...(refresh && { refresh }) }, deadline }), deadline);
  }

  /**
   * The same, sent once: throws what the client throws, for a caller who knows which actions may be sent again. All go to one alias;
   * where it is missing they fail, as no index is made for them.
   */
  bulkOnce(alias: string, lines: Uint8Array, deadline: number): Promise<readonly BulkItem[]> {
    const querystring = { require_alias: true, filter_path: 'items.*._id,items.*._index,items.*.status,items.*._seq_no,items.*._primary_term,items.*.error' };
    return this.sendBulk(lines, { path: `/${alias}/_bulk`, querystring, deadline, maxRetries: 0 });
  }

  /** Real-time: sees every acknowledged write, refreshed or not. Null where there is no such document. */
  async read<Value = Source>(
    index: string, ids: readonly string[], fields: readonly string[] | true = true,
  ): Promise<readonly (FoundDocument<Value> | null)[]> {
    if (ids.length === 0) return [];
    return this.request(async () => {
      const { docs } = await this.client.mget<Value>({ index, ids: [...ids], _source: fields === true ? true : [...fields] });
      return docs.map((found) => {
        if ('error' in found) throw new FailedPart({ status: 503, types: errorTypes(found.error) });
        if (!found.found) return null;
        return { index: found._index, sequence: found._seq_no!, term: found._primary_term!, source: found._source as Value };
      });
    }, READ_PATIENCE, isStarting);
  }

  /** Nothing where it exists: another process was quicker, or an earlier try whose answer was lost. */
  async createIndex(definition: estypes.IndicesCreateRequest): Promise<void> {
    await this.request(async () => {
      try {
        await this.client.indices.create(definition);
      } catch (error) {
        if (!failureOf(error)?.types.includes('resource_already_exists_exception')) throw error;
      }
    });
  }

  /** Makes finished writes visible to searches; an error where a shard is missing, or a copy that is there could not. */
  async refresh(index: string): Promise<void> {
    const { _shards: shards } = await this.request(() => this.client.indices.refresh({ index }));
    if (shards === undefined || shards.failed > 0 || shards.successful < 1) {
      throw new HoldfastError('ENGINE_UNAVAILABLE', 'A shard could not be refreshed.');
    }
    const health = await this.request(() => this.client.cluster.health({ index, timeout: '1s', wait_for_status: 'yellow' }));
    if (health.status === 'red') throw new HoldfastError('ENGINE_UNAVAILABLE', 'A shard of the index is missing.');
  }

  /**
   * Sends a request of the driver, again after growing pauses while the cluster refuses for want of room, and turns what
   * fails into a HoldfastError. `patience`: milliseconds to go on for. `isPassing`: which other failures are worth a further try.
   */
  async request<Value>(send: () => Promise<Value>, patience = PATIENCE, isPassing = isOverloaded): Promise<Value> {
    const end = performance.now() + patience;
    for (let attempt = 0; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        const failure = failureOf(error);
        const pause = BACK_OFF[Math.min(attempt, BACK_OFF.length - 1)]!;
        if (failure === null || !isPassing(failure) || performance.now() + pause > end) throw toEngineError(error);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async sendBulk(
    lines: Uint8Array,
    { path, querystring, deadline, maxRetries }: { path: string; querystring: Record<string, unknown>; deadline: number; maxRetries?: number },
  ): Promise<readonly BulkItem[]> {
    const answer = await this.client.transport.request<Pick<estypes.BulkResponse, 'items'>>(
      {
        method: 'POST',
        path,
        body: Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength),
        querystring: { ...querystring, timeout: `${deadline}ms` },
      },
      { headers: { 'content-type': 'application/x-ndjson' }, requestTimeout: deadline + GRACE, ...(maxRetries !== undefined && { maxRetries }) },
    );
    return answer.items.map((item) => {
      const result = Object.values(item)[0]!;
      return {
        id: result._id ?? '',
        status: result.status,
        index: result._index,
        sequence: result._seq_no ?? -1,
        term: result._primary_term ?? -1,
        errorTypes: result.error === undefined ? [] : errorTypes(result.error),
      };
    });
  }
}

/** The total of an answer that was asked for it; exact, as is every one that `search` lets through. */
export function totalOf({ total }: { readonly total?: number | { readonly value: number } }): number {
  return typeof total === 'object' ? total.value : (total ?? 0);
}

function readAuthority(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new HoldfastError('CONFIG_INVALID', 'The file that HOLDFAST_ELASTICSEARCH_CA_FILE names cannot be read.', {}, { cause });
  }
}

/** The answer, if it is complete: Elasticsearch also answers 200 with a part of the hits. */
function whole(answer: Answer): Answer {
  if (answer.timed_out) throw new HoldfastError('QUERY_TIMEOUT');
  const { failed, successful, total } = answer._shards;
  if (failed > 0 || successful < total) throw new HoldfastError('ENGINE_UNAVAILABLE', 'Not every shard answered.');
  const hits = answer.hits?.total;
  if (typeof hits === 'object' && hits.relation !== 'eq') throw new HoldfastError('ENGINE_UNAVAILABLE', 'The total is not exact.');
  return answer;
}
