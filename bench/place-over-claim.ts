import { randomUUID } from 'node:crypto';
import type { DispositionBatch } from '../src/disposition/disposition-batch.js';
import { NO_AGGREGATION } from '../src/query/aggregation.js';
import { EVERYTHING } from '../src/query/ast.js';
import { ViewerScope } from '../src/query/viewer-scope.js';
import type { GovernedArchive } from './governed-archive.js';

const ITEMS = 500;

/** What it took to place a hold over messages that a batch claims. */
export interface PlacedOverClaim {
  /** Milliseconds. */
  readonly time: number;
  readonly items: number;
  readonly settled: number;
}

/** Claims messages as a disposition does that stops there, places a hold that covers them all, and takes the claim away. */
export async function placeOverClaim({ engine, settling, catalog, registers, holds, matterId }: GovernedArchive): Promise<PlacedOverClaim> {
  const { hits } = await engine.search(ViewerScope.everything('benchmark'), {
    ...{ query: { filter: EVERYTHING, text: null }, order: 'newest', first: ITEMS, after: null, question: null, wantsTotal: false },
    ...{ aggregations: NO_AGGREGATION, wantsCompleteness: false, deadline: 60_000 },
  });
  const ids = hits.map(({ message }) => message.id);
  const found = await settling.writer.read(ids);
  // What analyzes messages is a thread that a server has running when it has settled before.
  await settling.prepare(found.filter((message) => message !== null).slice(0, 1));
  const rule = { policyId: 'everything', policyVersion: 1, expiredAt: 0 };
  const batch: DispositionBatch = {
    ...{ batchId: randomUUID(), proposalId: 'benchmark', chunk: 0, createdAt: Date.now(), createdBy: 'administrator', approvedBy: 'approver' },
    ...{ policyVersion: 0, epoch: 0, kept: [] },
    items: found.map((message) => ({ id: message!.message.id, version: message!.version, rule, commitment: '', tokens: [] })),
  };
  const { batchId } = batch;
  await catalog.create('disposition-batch', batchId, batch);
  await registers.change(({ claims, epoch }) => ({ claims: [...claims, { batchId, claimedAtEpoch: epoch + 1 }] }));
  const begin = performance.now();
  const placed = await holds.place('administrator', { matterId, reason: 'benchmark', scope: { kind: 'terms', field: 'id', values: ids } });
  const time = performance.now() - begin;
  if (placed.state !== 'active') throw new Error(`the hold is ${placed.state}`);
  // Every item is settled, and nobody works on the batch.
  await registers.change(({ claims }) => ({ claims: claims.filter((claim) => claim.batchId !== batchId) }));
  return { time, items: ids.length, settled: placed.settled };
}
