import type { CatalogStore } from '../catalog/catalog-store.js';
import type { RejectedRecordStore } from '../catalog/rejected-record-store.js';
import { ElasticsearchCatalog } from './elasticsearch/elasticsearch-catalog.js';
import { ElasticsearchIndexWriter } from './elasticsearch/elasticsearch-index-writer.js';
import { ElasticsearchMonitor } from './elasticsearch/elasticsearch-monitor.js';
import { ElasticsearchRejectedRecords } from './elasticsearch/elasticsearch-rejected-records.js';
import { ElasticsearchSearchEngine } from './elasticsearch/elasticsearch-search-engine.js';
import type { ElasticsearchSettings } from './elasticsearch/elasticsearch-settings.js';
import type { EngineMonitor } from './engine-monitor.js';
import type { IndexWriter } from './index-writer.js';
import type { SearchEngine } from './search-engine.js';
import { ProcessCatalog } from './sqlite/process-catalog.js';
import { ProcessRejectedRecords } from './sqlite/process-rejected-records.js';
import { SqliteCatalog } from './sqlite/sqlite-catalog.js';
import { SqliteIndexWriter } from './sqlite/sqlite-index-writer.js';
import { SqliteMonitor } from './sqlite/sqlite-monitor.js';
import { SqliteRejectedRecords } from './sqlite/sqlite-rejected-records.js';
import { SqliteSearchEngine } from './sqlite/sqlite-search-engine.js';

export interface SqliteEngineSettings {
  readonly engine: 'sqlite';
  readonly dataDir: string;
  /** Processes that search. */
  readonly searchProcesses: number;
  readonly foldVersion: string;
}

export interface ElasticsearchEngineSettings {
  readonly engine: 'elasticsearch';
  /** Attachments and the key of the audit stay files: machines that share a cluster share this directory too. */
  readonly dataDir: string;
  readonly foldVersion: string;
  readonly elasticsearch: ElasticsearchSettings;
}

/** Which engine, and where. */
export type EngineSettings = SqliteEngineSettings | ElasticsearchEngineSettings;

/** Opens the archive for searching; makes an empty one if there is none. */
export async function openSearchEngine(settings: EngineSettings): Promise<SearchEngine> {
  await (await openIndexWriter(settings)).close();
  return settings.engine === 'elasticsearch'
    ? ElasticsearchSearchEngine.open(settings.elasticsearch, settings.foldVersion)
    : new SqliteSearchEngine({ dataDir: settings.dataDir, foldVersion: settings.foldVersion }, settings.searchProcesses);
}

/** Opens the archive for writing; makes an empty one if there is none. */
export async function openIndexWriter(settings: EngineSettings): Promise<IndexWriter> {
  return settings.engine === 'elasticsearch'
    ? ElasticsearchIndexWriter.open(settings.elasticsearch, settings.foldVersion)
    : SqliteIndexWriter.open(settings.dataDir, settings.foldVersion);
}

/** Opens the catalog; makes an empty one if there is none. Calls of the embedded one block the calling thread: for commands. */
export async function openCatalog(settings: EngineSettings): Promise<CatalogStore> {
  return settings.engine === 'elasticsearch' ? ElasticsearchCatalog.open(settings.elasticsearch) : SqliteCatalog.open(settings.dataDir);
}

/** The same for a server: the embedded one lives in a process of its own. No call blocks the thread that answers requests. */
export async function openServedCatalog(settings: EngineSettings): Promise<CatalogStore> {
  return settings.engine === 'elasticsearch' ? ElasticsearchCatalog.open(settings.elasticsearch) : new ProcessCatalog(settings.dataDir);
}

/** Opens the records that imports rejected. Calls of the embedded store block the calling thread: for commands. */
export async function openRejectedRecords(settings: EngineSettings): Promise<RejectedRecordStore> {
  return settings.engine === 'elasticsearch'
    ? ElasticsearchRejectedRecords.open(settings.elasticsearch)
    : SqliteRejectedRecords.open(settings.dataDir);
}

/** The same for a server. */
export async function openServedRejectedRecords(settings: EngineSettings): Promise<RejectedRecordStore> {
  return settings.engine === 'elasticsearch'
    ? ElasticsearchRejectedRecords.open(settings.elasticsearch)
    : new ProcessRejectedRecords(settings.dataDir);
}

/** Opens what looks after the place where the archive is kept; makes an empty archive if there is none. */
export async function openEngineMonitor(settings: EngineSettings): Promise<EngineMonitor> {
  return settings.engine === 'elasticsearch'
    ? ElasticsearchMonitor.open(settings.elasticsearch, settings.foldVersion)
    : new SqliteMonitor(settings.dataDir, settings.foldVersion);
}
