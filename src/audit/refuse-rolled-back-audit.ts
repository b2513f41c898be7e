import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Environment } from '../config/env.js';
import { HoldfastError } from '../errors/errors.js';
import { AuditTree } from './audit-tree.js';
import { signatureFault, type SignedCheckpoint } from './checkpoint.js';
import { CheckpointFile } from './checkpoint-file.js';
import { requireBeginning } from './make-checkpoint.js';
import { lastCheckpoint } from './read-checkpoints.js';
import { SigningKey, type PublicKeys } from './signing-key.js';

export type CheckpointSettings = Pick<
  Environment,
  'HOLDFAST_DATA_DIR' | 'HOLDFAST_AUDIT_CHECKPOINT_FILE' | 'HOLDFAST_AUDIT_SIGNING_KEY_FILE'
>;

/**
 * Throws AUDIT_ROLLED_BACK when the audit does not begin with the events of the last checkpoint in HOLDFAST_AUDIT_CHECKPOINT_FILE: then an
 * older state of the archive was put back unannounced (what was destroyed since may be there again), or the audit was written anew.
 * Reads 4,096 events of it at most, and the roots of its segments. Also throws AUDIT_CHECKPOINT_INVALID where the file is gone, cannot be
 * read or has no right signature. Gives the checkpoint it was compared with; null where no file is set, or no checkpoint was ever made.
 */
export async function refuseRolledBackAudit(catalog: CatalogStore, settings: CheckpointSettings): Promise<SignedCheckpoint | null> {
  const { HOLDFAST_DATA_DIR: dataDir, HOLDFAST_AUDIT_CHECKPOINT_FILE: path, HOLDFAST_AUDIT_SIGNING_KEY_FILE: keyFile } = settings;
  if (path === '') return null;
  const exported = new CheckpointFile(path, dataDir).last();
  if (exported === null) {
    if ((await lastCheckpoint(catalog)) === null) return null;
    throw new HoldfastError('AUDIT_CHECKPOINT_INVALID', 'It is gone, or empty, and there are checkpoints. Run: holdfast audit checkpoint');
  }
  if (keyFile !== '') requireSignature(exported, SigningKey.open(keyFile, dataDir).publicKeys);
  try {
    await requireBeginning(await AuditTree.open(catalog), exported);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'AUDIT_BROKEN') throw error;
    const { treeSize, time } = exported;
    throw new HoldfastError(
      'AUDIT_ROLLED_BACK',
      `It is of ${time}, with ${treeSize} events. If the archive was restored on purpose: holdfast audit checkpoint --after-restore`,
      { events: treeSize, time },
      { cause: error },
    );
  }
  return exported;
}

function requireSignature(checkpoint: SignedCheckpoint, keys: PublicKeys): void {
  const fault = signatureFault(checkpoint, keys);
  if (fault !== null) throw new HoldfastError('AUDIT_CHECKPOINT_INVALID', 'The signature of its last line is not right.', { fault });
}
