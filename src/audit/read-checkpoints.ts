import type { CatalogStore } from '../catalog/catalog-store.js';
import type { SignedCheckpoint } from './checkpoint.js';

const PAGE = 500;
const ID_DIGITS = 15;

/** The catalog id of a checkpoint: there is one of a size. */
export function checkpointId(treeSize: number): string {
  return String(treeSize).padStart(ID_DIGITS, '0');
}

/** Every checkpoint that the catalog keeps of more than so many events, by size. */
export async function* readCheckpoints(catalog: CatalogStore, behind: number): AsyncGenerator<SignedCheckpoint> {
  for (let after = checkpointId(behind); ;) {
    const page = await catalog.list<SignedCheckpoint>('checkpoint', { first: PAGE, after });
    yield* page.map(({ value }) => value);
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}

/** The checkpoint of most events; null before the first one. */
export async function lastCheckpoint(catalog: CatalogStore): Promise<SignedCheckpoint | null> {
  const [last] = await catalog.list<SignedCheckpoint>('checkpoint', { first: 1, order: 'down' });
  return last?.value ?? null;
}
