import { CatalogStore, type CatalogKind, type CatalogRecord } from '../../catalog/catalog-store.js';
import { ControlDocuments, type ControlDocument } from './control-documents.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';

/** Kinds whose lists are read seldom, and that are written with every search, attachment or batch: a list refreshes first, so that writing need not. */
const REFRESHED_BY_LISTS: ReadonlySet<CatalogKind> = new Set([
  'audit-block', 'blob', 'clock', 'hold-register', 'disposition', 'disposition-items', 'disposition-batch', 'disposition-certificate',
]);

/**
 * The catalog in the cluster, shared by every process that uses it. A write is on the disks of all copies in sync when it
 * resolves, and visible to `get` and `list` of every process.
 */
export class ElasticsearchCatalog extends CatalogStore {
  private constructor(private readonly documents: ControlDocuments) {
    super();
  }

  /** Waits for the cluster as long as the settings say, and makes the catalog if there is none. */
  static async open(settings: ElasticsearchSettings): Promise<ElasticsearchCatalog> {
    return new ElasticsearchCatalog(await ControlDocuments.open(settings));
  }

  override async create<Value>(kind: CatalogKind, id: string, value: Value): Promise<CatalogRecord<Value> | null> {
    const version = await this.documents.create(kind, id, JSON.stringify(value), !REFRESHED_BY_LISTS.has(kind));
    return version === null ? null : { kind, id, version, value };
  }

  override async get<Value>(kind: CatalogKind, id: string): Promise<CatalogRecord<Value> | null> {
    const found = await this.documents.read(kind, id);
    return found === null ? null : asRecord(kind, found);
  }

  override async list<Value>(
    kind: CatalogKind, page: { readonly after?: string; readonly first: number; readonly order?: 'up' | 'down' },
  ): Promise<readonly CatalogRecord<Value>[]> {
    if (REFRESHED_BY_LISTS.has(kind)) await this.documents.refresh();
    const found = await this.documents.list(kind, { after: page.after ?? null, first: page.first, order: page.order ?? 'up' });
    return found.map((document) => asRecord(kind, document));
  }

  override async replace<Value>(kind: CatalogKind, id: string, version: string, value: Value): Promise<CatalogRecord<Value> | null> {
    const replaced = await this.documents.replace(kind, id, version, JSON.stringify(value), !REFRESHED_BY_LISTS.has(kind));
    return replaced === null ? null : { kind, id, version: replaced, value };
  }

  override close(): Promise<void> {
    return this.documents.close();
  }
}

function asRecord<Value>(kind: CatalogKind, { id, version, value }: ControlDocument): CatalogRecord<Value> {
  return { kind, id, version, value: JSON.parse(value) as Value };
}
