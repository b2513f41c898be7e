import type { CatalogStore } from '../catalog/catalog-store.js';
import { blockId, canonicalJson, type AuditBlock } from './audit-block.js';
import { readBlocks } from './read-blocks.js';

/** Where the audit ends at this moment: the number of its last block, 0 where there is none. */
export async function lastBlock(catalog: CatalogStore): Promise<number> {
  const [last] = await catalog.list<AuditBlock>('audit-block', { first: 1, order: 'down' });
  return last?.value.sequence ?? 0;
}

/** The blocks up to one, each as one line: its canonical JSON. What `verifyExport` reads. */
export async function* exportAudit(catalog: CatalogStore, upTo: number): AsyncGenerator<string> {
  const end = blockId(upTo);
  for await (const { id, value } of readBlocks(catalog, 0)) {
    if (id > end) return;
    yield `${canonicalJson(value)}\n`;
  }
}
