import type { CatalogStore } from '../catalog/catalog-store.js';
import { blockId } from './audit-block.js';
import { AuditCheck, type AuditReport } from './audit-check.js';
import { readCheckpoints } from './read-checkpoints.js';
import { readBlocks } from './read-blocks.js';

/**
 * Walks the whole chain as it stands in the archive, and compares it with the checkpoints kept there. Who can change the archive can change
 * those too: `verifyExport` takes them from elsewhere, and checks their signatures.
 */
export async function verifyAudit(catalog: CatalogStore): Promise<AuditReport> {
  const checkpoints = [];
  for await (const checkpoint of readCheckpoints(catalog, 0)) checkpoints.push(checkpoint);
  const check = new AuditCheck(checkpoints, null);
  for await (const { id, value } of readBlocks(catalog, 0)) {
    if (id !== blockId(value.sequence))
      check.note({ fault: 'block_misplaced', sequence: value.sequence, line: null, problem: 'its id is not its number' });
    check.add(value);
  }
  return check.end();
}
