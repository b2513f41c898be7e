import type { CatalogKind } from '../../catalog/catalog-store.js';
import { serveCalls } from './process-pool.js';
import { SqliteCatalog } from './sqlite-catalog.js';

const catalog = SqliteCatalog.open(process.argv[2]!);
serveCalls({
  // Who wrote a record knows what it holds: the version is the answer.
  create: async (kind: CatalogKind, id: string, value: unknown) => (await catalog.create(kind, id, value))?.version ?? null,
  replace: async (kind: CatalogKind, id: string, version: string, value: unknown) =>
    (await catalog.replace(kind, id, version, value))?.version ?? null,
  get: catalog.get.bind(catalog),
  list: catalog.list.bind(catalog),
});
