import type { CatalogStore } from '../catalog/catalog-store.js';
import type { RejectedRecordStore } from '../catalog/rejected-record-store.js';
import type { IndexWriter } from './index-writer.js';
import type { SearchEngine } from './search-engine.js';
import { ProcessCatalog } from './sqlite/process-catalog.js';
import { ProcessRejectedRecords } from './sqlite/process-rejected-records.js';
import { SqliteCatalog } from './sqlite/sqlite-catalog.js';
import { SqliteIndexWriter } from './sqlite/sqlite-index-writer.js';
import { SqliteRejectedRecords } from './sqlite/sqlite-rejected-records.js';
import { SqliteSearchEngine } from './sqlite/sqlite-search-engine.js';

/** Which engine, and where. */
export interface EngineSettings {
  readonly engine: 'sqlite';
  readonly dataDir: string;
  /** Search processes of the embedded engine. */
  readonly searchProcesses: number;
  readonly foldVersion: string;
}

/** Opens the archive for searching; makes an empty one if there is none. */
export async function openSearchEngine(settings: EngineSettings): Promise<SearchEngine> {
  await (await openIndexWriter(settings)).close();
  return new SqliteSearchEngine({ dataDir: settings.dataDir, foldVersion: settings.foldVersion }, settings.searchProcesses);
}

/** Opens the archive for writing; makes an empty one if there is none. */
export async function openIndexWriter(settings: EngineSettings): Promise<IndexWriter> {
  return SqliteIndexWriter.open(settings.dataDir, settings.foldVersion);
}

/** Opens the catalog; makes an empty one if there is none. Its calls block the calling thread: for commands. */
export async function openCatalog(settings: EngineSettings): Promise<CatalogStore> {
  return SqliteCatalog.open(settings.dataDir);
}

/** The same for a server: the catalog lives in a process of its own and never blocks the thread that answers requests. */
export async function openServedCatalog(settings: EngineSettings): Promise<CatalogStore> {
  return new ProcessCatalog(settings.dataDir);
}

/** Opens the records that imports rejected. Its calls block the calling thread: for commands. */
export async function openRejectedRecords(settings: EngineSettings): Promise<RejectedRecordStore> {
  return SqliteRejectedRecords.open(settings.dataDir);
}

/** The same for a server. */
export async function openServedRejectedRecords(settings: EngineSettings): Promise<RejectedRecordStore> {
  return new ProcessRejectedRecords(settings.dataDir);
}
