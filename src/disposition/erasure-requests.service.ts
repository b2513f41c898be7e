import type { Actor } from '../access/people.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { newRecordId } from '../domain/record-id.js';
import type { SearchEngine } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { toFilter, type FilterParameters } from '../filter/to-filter.js';
import type { RegisterStore } from '../holds/register-store.js';
import { NO_AGGREGATION } from '../query/aggregation.js';
import { allOf, anyOf, type FilterNode } from '../query/ast.js';
import { ViewerScope } from '../query/viewer-scope.js';
import { checkPolicy } from '../retention/check-policy.js';
import type { PolicyDraft } from '../retention/change-policies.js';
import type { PolicyStore } from '../retention/policy-store.js';

const KIND = 'deferred-erasure';
/** The shortest there is. */
const PERIOD = 'P1D';
/** Milliseconds that a count may take. */
const DEADLINE = 30_000;

/** Somebody asked to have data about them erased. Times are UTC milliseconds. */
export interface ErasureRequest {
  readonly requestId: string;
  readonly filter: FilterNode;
  readonly reason: string;
  readonly receivedAt: number;
  readonly requestedAt: number;
  readonly requestedBy: Actor;
  readonly withdrawn: { readonly actor: Actor; readonly at: number } | null;
}

/** `waiting`: every message that is left is held. `open`: proposals offer what is left. `done`: nothing is left. */
export const ERASURE_STATES = ['waiting', 'open', 'done', 'withdrawn'] as const;
export type ErasureState = (typeof ERASURE_STATES)[number];

export interface ErasureStatus {
  readonly request: ErasureRequest;
  readonly state: ErasureState;
  /** Messages that fit and are still there. */
  readonly leftCount: number;
  /** Of those, messages that a hold covers. */
  readonly heldCount: number;
}

export interface ErasureTools {
  readonly catalog: CatalogStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly engine: SearchEngine;
  readonly policies: PolicyStore;
  readonly registers: RegisterStore;
}

/**
 * Requests of people to erase what the archive has of them. A request is a rule that deletes, begun by the event of its receipt: rules that
 * retain and holds come first, and each proposal offers what is left, until nothing is.
 */
export class ErasureRequests {
  constructor(private readonly tools: ErasureTools) {}

  /**
   * Takes a request in; again with the same id it completes what was broken off. Throws INPUT_INVALID (a filter that fits everything, or
   * nothing), AUDIT_UNAVAILABLE, and what `PolicyStore.change` throws.
   */
  async request(
    actor: Actor, given: { readonly filter: FilterParameters; readonly reason: string; readonly receivedAt?: number | null; readonly id?: string | null },
  ): Promise<ErasureRequest> {
    const { catalog, audit, clock, policies } = this.tools;
    const requestedAt = clock.now();
    const requestId = given.id ?? newRecordId(requestedAt);
    const receivedAt = given.receivedAt ?? requestedAt;
    const draft: ErasureRequest = {
      ...{ requestId, filter: toFilter(given.filter), reason: given.reason, receivedAt, requestedAt, requestedBy: actor, withdrawn: null },
    };
    checkPolicy(policyOf(draft), false);
    await audit.append({ kind: 'erasure_requested', viewer: actor, requestId });
    const request = (await catalog.create<ErasureRequest>(KIND, requestId, draft))?.value ?? (await this.require(requestId)).value;
    if (request.withdrawn !== null) throw new HoldfastError('INPUT_INVALID', 'The request was withdrawn.', { id: requestId });
    await policies.change(actor, { kind: 'event', event: { name: eventOf(request), occurredAt: request.receivedAt } });
    await policies.change(actor, { kind: 'set', policy: policyOf(request) });
    return request;
  }

  /** What is left of it is no longer offered. Throws NOT_FOUND and AUDIT_UNAVAILABLE. */
  async withdraw(actor: Actor, requestId: string): Promise<ErasureRequest> {
    const { catalog, audit, clock, policies } = this.tools;
    const known = await this.require(requestId);
    await audit.append({ kind: 'erasure_withdrawn', viewer: actor, requestId });
    await policies.change(actor, { kind: 'retire', policyId: policyOf(known.value).id });
    if (known.value.withdrawn !== null) return known.value;
    const changed = await catalog.replace<ErasureRequest>(KIND, requestId, known.version, { ...known.value, withdrawn: { actor, at: clock.now() } });
    return (changed ?? (await this.require(requestId))).value;
  }

  /** The latest first, with what is left of each. */
  async list(first: number, after?: string): Promise<readonly ErasureStatus[]> {
    const records = await this.tools.catalog.list<ErasureRequest>(KIND, { first, order: 'down', ...(after !== undefined && { after }) });
    const statuses: ErasureStatus[] = [];
    for (const { value } of records) statuses.push(await this.status(value));
    return statuses;
  }

  /** Counted now. */
  async status(request: ErasureRequest): Promise<ErasureStatus> {
    const { entries } = (await this.tools.registers.read()).register;
    const leftCount = await this.count(request.filter);
    const heldCount = entries.length === 0 ? 0 : await this.count(allOf([request.filter, anyOf(entries.map(({ scope }) => scope))]));
    const state = request.withdrawn !== null ? 'withdrawn' : leftCount === 0 ? 'done' : heldCount === leftCount ? 'waiting' : 'open';
    return { request, state, leftCount, heldCount };
  }

  private async count(filter: FilterNode): Promise<number> {
    const { total } = await this.tools.engine.search(ViewerScope.everything('erasure requests'), {
      ...{ query: { filter, text: null }, order: 'newest', first: 0, after: null, question: null, wantsCompleteness: false },
      ...{ wantsTotal: true, aggregations: NO_AGGREGATION, deadline: DEADLINE },
    });
    return total!;
  }

  private async require(id: string): Promise<CatalogRecord<ErasureRequest>> {
    const found = await this.tools.catalog.get<ErasureRequest>(KIND, id);
    if (found === null) throw new HoldfastError('NOT_FOUND', `erasure request ${id}`, { id });
    return found;
  }
}

function eventOf({ requestId }: ErasureRequest): string {
  return `erasure-${requestId}`;
}

function policyOf(request: ErasureRequest): PolicyDraft {
  return {
    ...{ id: eventOf(request), name: `erasure request ${request.requestId}`, filter: request.filter, action: 'delete', period: PERIOD, until: null },
    ...{ trigger: { kind: 'event', event: eventOf(request) }, timeZone: 'UTC', mode: 'operational', scope: 'specific' },
  };
}
