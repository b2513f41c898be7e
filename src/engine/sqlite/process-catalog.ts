import { CatalogStore, type CatalogKind, type CatalogRecord } from '../../catalog/catalog-store.js';
import { workerFile } from '../../config/worker-file.js';
import { ProcessPool } from './process-pool.js';

/** Milliseconds for one record: long enough for a disk in trouble, short enough to tell the caller. */
const DEADLINE = 30_000;

/** The catalog of the embedded engine, in a process of its own (`sqlite-catalog.ts`). */
export class ProcessCatalog extends CatalogStore {
  private readonly pool: ProcessPool;

  constructor(dataDir: string) {
    super();
    this.pool = new ProcessPool(workerFile('./catalog-process.js', import.meta.url), dataDir, 1);
  }

  override async create<Value>(kind: CatalogKind, id: string, value: Value): Promise<CatalogRecord<Value> | null> {
    const version = await this.pool.call<string | null>('create', [kind, id, value], DEADLINE);
    return version === null ? null : { kind, id, version, value };
  }

  override get<Value>(kind: CatalogKind, id: string): Promise<CatalogRecord<Value> | null> {
    return this.pool.call('get', [kind, id], DEADLINE);
  }

  override list<Value>(
    kind: CatalogKind, page: { readonly after?: string; readonly first: number; readonly order?: 'up' | 'down' },
  ): Promise<readonly CatalogRecord<Value>[]> {
    return this.pool.call('list', [kind, page], DEADLINE);
  }

  override async replace<Value>(kind: CatalogKind, id: string, version: string, value: Value): Promise<CatalogRecord<Value> | null> {
    const replaced = await this.pool.call<string | null>('replace', [kind, id, version, value], DEADLINE);
    return replaced === null ? null : { kind, id, version: replaced, value };
  }

  override close(): Promise<void> {
    return this.pool.close();
  }
}
