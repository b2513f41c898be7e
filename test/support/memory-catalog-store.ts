import { CatalogStore, type CatalogKind, type CatalogRecord } from '../../src/catalog/catalog-store.js';

interface Stored {
  readonly version: string;
  readonly json: string;
}

/** A catalog in memory. Values go through JSON, as in a real one, and answers come a turn later. */
export class MemoryCatalogStore extends CatalogStore {
  private readonly records = new Map<CatalogKind, Map<string, Stored>>();
  private nextVersion = 1;
  private failure: 'before it was stored' | 'after it was stored' | null = null;

  /** The next `create` throws, with or without having stored the record. */
  failNextCreate(when: 'before it was stored' | 'after it was stored'): void {
    this.failure = when;
  }

  /** What somebody with access to the disk could do. */
  replaceAll(kind: CatalogKind, records: readonly (readonly [string, unknown])[]): void {
    this.records.set(kind, new Map(records.map(([id, value]) => [id, this.stored(value)])));
  }

  override async create<Value>(kind: CatalogKind, id: string, value: Value): Promise<CatalogRecord<Value> | null> {
    await nextTurn();
    const { failure } = this;
    this.failure = null;
    if (failure === 'before it was stored') throw new Error(failure);
    const records = this.ofKind(kind);
    if (records.has(id)) return null;
    records.set(id, this.stored(value));
    if (failure === 'after it was stored') throw new Error(failure);
    return this.read(kind, id);
  }

  override async get<Value>(kind: CatalogKind, id: string): Promise<CatalogRecord<Value> | null> {
    await nextTurn();
    return this.read(kind, id);
  }

  override async list<Value>(
    kind: CatalogKind,
    page: { readonly after?: string; readonly first: number; readonly order?: 'up' | 'down' },
  ): Promise<readonly CatalogRecord<Value>[]> {
    await nextTurn();
    const up = [...this.ofKind(kind).keys()].sort();
    const ids = page.order === 'down' ? up.reverse() : up;
    const isBehind = (id: string): boolean => !page.after || (page.order === 'down' ? id < page.after : id > page.after);
    return ids
      .filter(isBehind)
      .slice(0, page.first)
      .map((id) => this.read<Value>(kind, id)!);
  }

  override async replace<Value>(kind: CatalogKind, id: string, version: string, value: Value): Promise<CatalogRecord<Value> | null> {
    await nextTurn();
    if (this.ofKind(kind).get(id)?.version !== version) return null;
    this.ofKind(kind).set(id, this.stored(value));
    return this.read(kind, id);
  }

  override async close(): Promise<void> {}

  private ofKind(kind: CatalogKind): Map<string, Stored> {
    const records = this.records.get(kind) ?? new Map<string, Stored>();
    this.records.set(kind, records);
    return records;
  }

  private stored(value: unknown): Stored {
    return { version: String(this.nextVersion++), json: JSON.stringify(value) };
  }

  private read<Value>(kind: CatalogKind, id: string): CatalogRecord<Value> | null {
    const stored = this.ofKind(kind).get(id);
    return stored === undefined ? null : { kind, id, version: stored.version, value: JSON.parse(stored.json) as Value };
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
