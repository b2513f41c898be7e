import { errors } from '@elastic/elasticsearch';
import { HoldfastError, type ErrorCode } from '../../errors/errors.js';

/** What a failed request says, without any content: Elasticsearch quotes queries and documents in its reasons. */
export interface Failure {
  /** 0 when there was no answer. */
  readonly status: number;
  /** The types of the error and of all its causes, outermost first. */
  readonly types: readonly string[];
}

/** One part of an answer that as a whole is HTTP 200 failed. */
export class FailedPart extends Error {
  constructor(readonly failure: Failure) {
    super(`${failure.status} ${failure.types.join(' < ')}`);
  }
}

/** Failures after which the same request may succeed a moment later. */
const PASSING = new Set(['es_rejected_execution_exception', 'circuit_breaking_exception', 'search_phase_execution_exception']);

/** The failure of an error of the client; null for errors that are no failed requests. */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof errors.ResponseError) return { status: error.statusCode ?? 0, types: errorTypes(error.body) };
  if (error instanceof FailedPart) return error.failure;
  if (error instanceof errors.ElasticsearchClientError) return { status: 0, types: [error.name] };
  return null;
}

/** Whether a node refused for want of room just now: queues and circuit breakers, never a write block. */
export function isOverloaded({ status, types }: Failure): boolean {
  return status === 429 && types.some((type) => PASSING.has(type)) && !types.includes('cluster_block_exception');
}

/** Whether no copy of a shard can be read just now, as while an index is made or a node comes back; or the cluster is overloaded. */
export function isStarting(failure: Failure): boolean {
  return failure.types.includes('no_shard_available_action_exception') || isOverloaded(failure);
}

/** Whether writing is blocked on purpose: a disk above its flood stage (429), or an index that is being replaced (403). */
export function isWriteBlocked({ status, types }: Failure): boolean {
  return (status === 429 || status === 403) && types.includes('cluster_block_exception');
}

/** The error that a caller sees. HoldfastErrors stay what they are. */
export function toEngineError(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const failure = failureOf(error);
  if (failure === null) return new HoldfastError('ENGINE_UNAVAILABLE', '', {}, { cause: error });
  const [code, detail] = describe(failure);
  const facts = { status: failure.status, reasons: failure.types };
  return new HoldfastError(code, detail, facts, { cause: new Error(`Elasticsearch: ${failure.status} ${failure.types.join(' < ')}`) });
}

function describe(failure: Failure): readonly [ErrorCode, string] {
  const { status, types } = failure;
  const has = (type: string): boolean => types.includes(type);
  if (has('search_timeout_exception') || has('TimeoutError') || has('RequestAbortedError')) return ['QUERY_TIMEOUT', ''];
  if (status === 401) return ['ENGINE_ACCESS_DENIED', 'The name, password or API key is not accepted.'];
  if (status === 403 && has('security_exception')) return ['ENGINE_ACCESS_DENIED', 'The role lacks a privilege.'];
  if (isWriteBlocked(failure)) {
    return status === 429
      ? ['ENGINE_WRITE_BLOCKED', 'A disk of the cluster is nearly full. Free space there, then go on.']
      : ['ENGINE_WRITE_BLOCKED', 'The index is being replaced. Try again.'];
  }
  if (has('too_many_buckets_exception')) return ['AGGREGATION_TOO_LARGE', ''];
  if (isOverloaded(failure)) return ['ENGINE_BUSY', ''];
  if (status === 413) return ['QUERY_TOO_LARGE', ''];
  if (has('too_many_clauses') || has('too_many_nested_clauses')) {
    return ['QUERY_TOO_LARGE', 'The nodes have too little memory for so many terms. Raise their heap.'];
  }
  if (has('index_not_found_exception')) return ['ENGINE_UNAVAILABLE', 'An index is missing.'];
  return ['ENGINE_UNAVAILABLE', ''];
}

/** The types of an error, as Elasticsearch words it, and of all its causes, outermost first. */
export function errorTypes(body: unknown): readonly string[] {
  const types: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const { type, error, caused_by: cause, root_cause: roots, failed_shards: shards, reason } = value as Record<string, unknown>;
    if (typeof type === 'string' && !types.includes(type)) types.push(type);
    [error, cause, roots, shards, reason].forEach(visit);
  };
  visit(body);
  return types;
}
