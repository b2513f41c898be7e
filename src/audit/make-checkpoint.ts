import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { HoldfastError } from '../errors/errors.js';
import { blockId, type AuditBlock } from './audit-block.js';
import { AuditTree } from './audit-tree.js';
import { originOf, signCheckpoint, type SignedCheckpoint } from './checkpoint.js';
import { checkpointId, lastCheckpoint } from './read-checkpoints.js';
import type { SigningKey } from './signing-key.js';

/**
 * Signs what the audit is now, and keeps that in the catalog; gives the last checkpoint again where no event came since. Throws AUDIT_BROKEN,
 * and signs nothing, where the audit does not go on from its last checkpoint, NOT_FOUND where it is empty.
 */
export async function makeCheckpoint(catalog: CatalogStore, clock: Clock, key: SigningKey): Promise<SignedCheckpoint> {
  const tree = await AuditTree.open(catalog);
  const { size, root } = await tree.head();
  const first = await catalog.get<AuditBlock>('audit-block', blockId(1));
  if (first === null) throw new HoldfastError('NOT_FOUND', 'The audit has no event yet.');
  const last = await lastCheckpoint(catalog);
  if (last !== null) await requireBeginning(tree, last);
  if (last?.treeSize === size) return last;
  await tree.store();
  const what = { origin: originOf(first.value), treeSize: size, root: root.toString('hex'), time: new Date(clock.now()).toISOString() };
  const made = signCheckpoint(what, key);
  if ((await catalog.create('checkpoint', checkpointId(size), made)) !== null) return made;
  // Another process made one of the same events.
  const theirs = await catalog.get<SignedCheckpoint>('checkpoint', checkpointId(size));
  if (theirs?.value.root !== made.root) throw new HoldfastError('AUDIT_BROKEN', 'Two checkpoints of one size differ.', { events: size });
  return theirs.value;
}

/** Throws AUDIT_BROKEN where the audit does not begin with what a checkpoint counts. */
export async function requireBeginning(tree: AuditTree, { treeSize, root, time }: SignedCheckpoint): Promise<void> {
  if ((await tree.rootOf({ from: 0, to: treeSize })).toString('hex') === root) return;
  throw new HoldfastError('AUDIT_BROKEN', `It does not begin with the ${treeSize} events of the checkpoint of ${time}.`, {
    events: treeSize,
  });
}
