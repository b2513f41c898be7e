import type { CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import { blockId, leavesOf, readEventId, type AuditBlock } from './audit-block.js';
import { AuditTree } from './audit-tree.js';
import type { SignedCheckpoint } from './checkpoint.js';
import { consistencySpans, inclusionSpans, provesConsistency, provesInclusion, type Span } from './merkle-proofs.js';
import { leafHash } from './merkle-tree.js';
import { checkpointId, lastCheckpoint } from './read-checkpoints.js';

/** That an event is in the audit as a checkpoint has it: its leaf hashed with the path gives the checkpoint's root (RFC 6962). */
export interface InclusionProof {
  /** The leaf, whose SHA-256 begins with a zero byte. */
  readonly leaf: string;
  /** Events before it. */
  readonly index: number;
  /** Hex, from the leaf upwards. */
  readonly path: readonly string[];
  readonly checkpoint: SignedCheckpoint;
}

/** That nothing was changed between two checkpoints but what came behind the older one. */
export interface ConsistencyProof {
  readonly older: SignedCheckpoint;
  readonly newer: SignedCheckpoint;
  /** Hex, as RFC 6962 orders it. */
  readonly path: readonly string[];
}

/** Proves an event by the latest checkpoint. Throws NOT_FOUND where that counts no such event, AUDIT_BROKEN where they do not agree. */
export async function proveEvent(catalog: CatalogStore, id: string): Promise<InclusionProof> {
  const place = readEventId(id);
  const checkpoint = await lastCheckpoint(catalog);
  if (place === null || checkpoint === null) throw notFound();
  const tree = await AuditTree.open(catalog);
  const index = await tree.indexOf(place.sequence, place.place);
  if (index === null || index >= checkpoint.treeSize) throw notFound();
  const block = await catalog.get<AuditBlock>('audit-block', blockId(place.sequence));
  const leaf = block === null ? undefined : leavesOf(block.value)[place.place];
  if (leaf === undefined) throw notFound();
  const path = await rootsOf(tree, inclusionSpans(index, checkpoint.treeSize));
  if (!provesInclusion(leafHash(leaf), index, checkpoint.treeSize, path, Buffer.from(checkpoint.root, 'hex'))) throw broken(checkpoint);
  return { leaf, index, checkpoint, path: path.map(toHex) };
}

/** Proves that the latest checkpoint goes on from an older one. Throws NOT_FOUND where there is no checkpoint of that size, AUDIT_BROKEN. */
export async function proveConsistency(catalog: CatalogStore, olderSize: number): Promise<ConsistencyProof> {
  const [older, newer] = [
    (await catalog.get<SignedCheckpoint>('checkpoint', checkpointId(olderSize)))?.value,
    await lastCheckpoint(catalog),
  ];
  if (older === undefined || newer === null) throw new HoldfastError('NOT_FOUND', 'There is no checkpoint of that size.');
  const path = await rootsOf(await AuditTree.open(catalog), consistencySpans(older.treeSize, newer.treeSize));
  const [before, after] = [older, newer].map(({ treeSize, root }) => ({ size: treeSize, root: Buffer.from(root, 'hex') }));
  if (!provesConsistency(before!, after!, path)) throw broken(newer);
  return { older, newer, path: path.map(toHex) };
}

async function rootsOf(tree: AuditTree, spans: readonly Span[]): Promise<Buffer[]> {
  const roots: Buffer[] = [];
  for (const span of spans) roots.push(await tree.rootOf(span));
  return roots;
}

function toHex(hash: Buffer): string {
  return hash.toString('hex');
}

function notFound(): HoldfastError {
  return new HoldfastError('NOT_FOUND', 'No checkpoint counts such an event. Run: holdfast audit checkpoint');
}

function broken({ treeSize }: SignedCheckpoint): HoldfastError {
  return new HoldfastError('AUDIT_BROKEN', 'The events are not those of the last checkpoint.', { events: treeSize });
}
