import { CatalogStore, type CatalogKind, type CatalogRecord } from '../../src/catalog/catalog-store.js';

/** Behind every id. */
const LAST = '~';

/** The records of a catalog whose ids begin with a prefix, as a catalog of their own: many histories share one store. */
export class PartOfCatalog extends CatalogStore {
  constructor(
    private readonly whole: CatalogStore,
    private readonly prefix: string,
  ) {
    super();
  }

  override async create<Value>(kind: CatalogKind, id: string, value: Value): Promise<CatalogRecord<Value> | null> {
    return this.named(await this.whole.create(kind, this.prefix + id, value));
  }

  override async get<Value>(kind: CatalogKind, id: string): Promise<CatalogRecord<Value> | null> {
    return this.named(await this.whole.get<Value>(kind, this.prefix + id));
  }

  override async list<Value>(
    kind: CatalogKind, { after, first, order }: { readonly after?: string; readonly first: number; readonly order?: 'up' | 'down' },
  ): Promise<readonly CatalogRecord<Value>[]> {
    const begin = order === 'down' ? LAST : '';
    const found = await this.whole.list<Value>(kind, { after: this.prefix + (after ?? begin), first, order });
    return found.filter(({ id }) => id.startsWith(this.prefix)).map((record) => this.named(record)!);
  }

  override async replace<Value>(kind: CatalogKind, id: string, version: string, value: Value): Promise<CatalogRecord<Value> | null> {
    return this.named(await this.whole.replace(kind, this.prefix + id, version, value));
  }

  override async close(): Promise<void> {}

  private named<Value>(record: CatalogRecord<Value> | null): CatalogRecord<Value> | null {
    return record === null ? null : { ...record, id: record.id.slice(this.prefix.length) };
  }
}
