import { CATALOG_KINDS, type CatalogKind, type CatalogRecord, type CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import { isSameJson } from '../ingest/merge-order.js';

/** Audit blocks may hold a thousand events each. */
const PAGE = 20;

/** What is said of an archive as a whole does not go along with it. */
export const COPIED_KINDS: readonly CatalogKind[] = CATALOG_KINDS.filter((kind) => kind !== 'archive-state');

/**
 * Copies every record of a kind; what the target has already is passed over. Records that are only ever created, those of the audit,
 * must not stand there otherwise: MIGRATION_REFUSED. Returns how many records the source has.
 */
export async function copyRecords(kind: CatalogKind, source: CatalogStore, target: CatalogStore): Promise<number> {
  let count = 0;
  for await (const page of pagesOf(source, kind)) {
    const known = await target.list(kind, { first: PAGE, ...(page.after !== undefined && { after: page.after }) });
    const byId = new Map(known.map((record) => [record.id, record]));
    await Promise.all(page.records.map((record) => copyRecord(record, byId.get(record.id) ?? null, target)));
    count += page.records.length;
  }
  return count;
}

/** How many records of a kind there are. */
export async function countRecords(kind: CatalogKind, catalog: CatalogStore): Promise<number> {
  let count = 0;
  for await (const { records } of pagesOf(catalog, kind)) count += records.length;
  return count;
}

/** Every record of a kind in the order of ids, and behind which id each page begins. */
export async function* pagesOf<Value>(
  catalog: CatalogStore,
  kind: CatalogKind,
): AsyncGenerator<{ readonly after: string | undefined; readonly records: readonly CatalogRecord<Value>[] }> {
  for (let after: string | undefined; ;) {
    const records = await catalog.list<Value>(kind, { first: PAGE, ...(after !== undefined && { after }) });
    yield { after, records };
    if (records.length < PAGE) return;
    after = records.at(-1)!.id;
  }
}

async function copyRecord(record: CatalogRecord<unknown>, listed: CatalogRecord<unknown> | null, target: CatalogStore): Promise<void> {
  const { kind, id, value } = record;
  if (listed === null && (await target.create(kind, id, value)) !== null) return;
  const known = listed ?? (await target.get(kind, id));
  if (known !== null && isSameJson(known.value, value)) return;
  if (kind === 'audit-block')
    throw new HoldfastError(
      'MIGRATION_REFUSED',
      `The audits of both part at block ${id}: the other archive was searched or written meanwhile. Move into an empty one.`,
      { block: id },
    );
  if (known === null || (await target.replace(kind, id, known.version, value)) === null)
    throw new HoldfastError('MIGRATION_REFUSED', `Somebody else writes the record ${id} of the target.`, { id });
}
