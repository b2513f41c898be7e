import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import { blockId, type AuditBlock } from './audit-block.js';

/** Events that a page should hold: blocks have between one and a thousand of them. */
const EVENTS_AT_ONCE = 5_000;
const [FEWEST, MOST] = [5, 500];

/** Every block behind one (0: from the first on), a page of them in memory at a time. */
export async function* readBlocks(catalog: CatalogStore, behind: number): AsyncGenerator<CatalogRecord<AuditBlock>> {
  let after = blockId(behind);
  for (let first = FEWEST; ;) {
    const page = await catalog.list<AuditBlock>('audit-block', { first, after });
    yield* page;
    if (page.length < first) return;
    after = page.at(-1)!.id;
    const events = page.reduce((sum, { value }) => sum + (Array.isArray(value.events) ? value.events.length : 0), 0);
    first = Math.min(Math.max(Math.floor((EVENTS_AT_ONCE * page.length) / Math.max(events, 1)), FEWEST), MOST);
  }
}
