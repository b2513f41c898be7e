import type { CatalogKind, CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';

const PAGE = 200;

/** Every record of a kind that has few, in the order of their ids. */
export async function listAll<Value>(catalog: CatalogStore, kind: CatalogKind): Promise<readonly CatalogRecord<Value>[]> {
  const records: CatalogRecord<Value>[] = [];
  for (let after: string | undefined; ;) {
    const page = await catalog.list<Value>(kind, { first: PAGE, ...(after !== undefined && { after }) });
    records.push(...page);
    if (page.length < PAGE) return records;
    after = page.at(-1)!.id;
  }
}
