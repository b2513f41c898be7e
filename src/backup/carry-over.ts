import type { CatalogKind, CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import type { HoldEntry } from '../holds/hold-register.js';
import { RegisterStore } from '../holds/register-store.js';
import { isSameJson } from '../ingest/merge-order.js';

/** What the archive as it was knows better than its backup. */
const KINDS: readonly CatalogKind[] = ['matter', 'hold', 'retention', 'deferred-erasure', 'backup'];
const PAGE = 100;

/** What was carried over from the archive as it was. */
export interface CarriedOver {
  /** Clauses of holds. */
  readonly holdEntries: number;
  readonly records: number;
}

/**
 * Takes matters, holds, policies and backups that came since the backup over into the restored archive. Only what protects: an entry that
 * the backup has stays, although it was released since. No claim is touched for a new entry, as no version of before stands any more.
 */
export async function carryOver(source: CatalogStore, restored: CatalogStore): Promise<CarriedOver> {
  let records = 0;
  for (const kind of KINDS) {
    for await (const record of recordsOf(source, kind)) if (await carryRecord(record, restored)) records += 1;
  }
  return { holdEntries: await carryEntries(source, restored), records };
}

async function carryEntries(source: CatalogStore, restored: CatalogStore): Promise<number> {
  const { entries, policyVersion } = (await new RegisterStore(source).read()).register;
  let missing: readonly HoldEntry[] = [];
  await new RegisterStore(restored).change((register) => {
    const known = new Set(register.entries.map(({ entryId }) => entryId));
    missing = entries.filter(({ entryId }) => !known.has(entryId));
    const added = missing.map((entry): HoldEntry => ({ ...entry, state: 'active', release: null, placedAtEpoch: register.epoch + 1 }));
    return { entries: [...register.entries, ...added], policyVersion: Math.max(register.policyVersion, policyVersion) };
  });
  return missing.length;
}

/** Whether anything had to be written. */
async function carryRecord({ kind, id, value }: CatalogRecord<unknown>, restored: CatalogStore): Promise<boolean> {
  const known = await restored.get(kind, id);
  if (known !== null && isSameJson(known.value, value)) return false;
  const written = known === null ? await restored.create(kind, id, value) : await restored.replace(kind, id, known.version, value);
  if (written === null) throw new HoldfastError('ENGINE_BUSY', 'Somebody else writes the restored catalog.', { kind, id });
  return true;
}

async function* recordsOf(catalog: CatalogStore, kind: CatalogKind): AsyncGenerator<CatalogRecord<unknown>> {
  for (let after = ''; ;) {
    const page = await catalog.list<unknown>(kind, { after, first: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}
