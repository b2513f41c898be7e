import { describe } from '@jest/globals';
import { FOLD_VERSION } from '../../src/analysis/fold.js';
import type { CatalogStore } from '../../src/catalog/catalog-store.js';
import type { RejectedRecordStore } from '../../src/catalog/rejected-record-store.js';
import type { IndexEraser } from '../../src/engine/index-eraser.js';
import type { IndexWriter } from '../../src/engine/index-writer.js';
import { openIndexEraser } from '../../src/engine/open-index-eraser.js';
import { openCatalog, openIndexWriter, openRejectedRecords, openSearchEngine, type EngineSettings } from '../../src/engine/open-engine.js';
import type { SearchEngine } from '../../src/engine/search-engine.js';
import { committedChanges } from '../support/archive-changes.js';
import { describeWithElasticsearch } from '../support/elasticsearch/describe-with-elasticsearch.js';
import { elasticsearchVariables, indexedChanges, prefixOf, removeIndices } from '../support/elasticsearch/elasticsearch-archive.js';
import { sharedElasticsearch } from '../support/elasticsearch/shared-elasticsearch.js';

/** The four faces of one archive. `close` ends them all; the stored data stays. */
export interface OpenEngine {
  readonly engine: SearchEngine;
  readonly writer: IndexWriter;
  readonly catalog: CatalogStore;
  readonly rejected: RejectedRecordStore;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Where the engine has processes of its own for searching. */
  readonly searchProcesses?: number;
  /** Instead of today's. */
  readonly foldVersion?: string;
}

export interface EngineUnderTest {
  readonly name: string;
  /** Opens the archive that is kept under `directory`, or a new one. An engine that stores elsewhere derives its place from the path. */
  open(directory: string, options?: OpenOptions): Promise<OpenEngine>;
  /** What destroys messages of that archive. */
  openEraser(directory: string): Promise<IndexEraser>;
  /** The variables by which the application and the command line find the archive under `directory`, but for HOLDFAST_DATA_DIR. */
  variables(directory: string): Readonly<Record<string, string>>;
  /** How many changes (new messages and merges) it has committed so far; 0 where there is no archive yet. */
  committedChanges(directory: string): Promise<number>;
  /** Deletes what the engine stores outside the directory. */
  remove(directory: string): Promise<void>;
}

async function openFaces(settings: EngineSettings): Promise<OpenEngine> {
  const writer = await openIndexWriter(settings);
  const engine = await openSearchEngine(settings);
  const catalog = await openCatalog(settings);
  const rejected = await openRejectedRecords(settings);
  return {
    engine,
    writer,
    catalog,
    rejected,
    close: async () => {
      await engine.close();
      await rejected.close();
      await catalog.close();
      await writer.close();
    },
  };
}

const shared = await sharedElasticsearch();

/** The address of the server. Throws the reason why there is none. */
function sharedUrl(): string {
  if ('reason' in shared) throw new Error(shared.reason);
  return shared.url;
}

export const SQLITE: EngineUnderTest = {
  name: 'sqlite',
  open: (dataDir, { searchProcesses = 1, foldVersion = FOLD_VERSION } = {}) =>
    openFaces({ engine: 'sqlite', dataDir, searchProcesses, foldVersion }),
  openEraser: (dataDir) => openIndexEraser({ engine: 'sqlite', dataDir, searchProcesses: 1, foldVersion: FOLD_VERSION }),
  variables: () => ({ HOLDFAST_ENGINE: 'sqlite' }),
  committedChanges: async (directory) => committedChanges(directory),
  remove: async () => {},
};

/** The engine on a cluster; `urls` are asked for at each use. `further`: variables of the environment besides its own. */
export function elasticsearchAt(urls: () => readonly string[], further: Readonly<Record<string, string>> = {}): EngineUnderTest {
  const first = (): string => urls()[0]!;
  const settingsOf = (dataDir: string, foldVersion: string): EngineSettings => {
    const elasticsearch = {
      ...{ urls: urls(), prefix: prefixOf(dataDir), username: '', password: '', apiKey: '', caFile: '' },
      ...{ shards: 1, startTimeout: 10_000 },
    };
    return { engine: 'elasticsearch', dataDir, foldVersion, elasticsearch };
  };
  return {
    name: 'elasticsearch',
    open: (dataDir, { foldVersion = FOLD_VERSION } = {}) => openFaces(settingsOf(dataDir, foldVersion)),
    openEraser: (dataDir) => openIndexEraser(settingsOf(dataDir, FOLD_VERSION)),
    variables: (directory) => ({ ...elasticsearchVariables(urls().join(), directory), ...further }),
    committedChanges: (directory) => indexedChanges(first(), directory),
    remove: (directory) => removeIndices(first(), directory),
  };
}

/** Only within `onElasticsearch` or `onEveryEngine`: everywhere else there may be no server. */
export const ELASTICSEARCH = elasticsearchAt(() => [sharedUrl()]);

/** Describes a suite of the Elasticsearch engine. Where there is no server it is skipped, and counted so; in CI it fails. */
export function onElasticsearch(title: string, suite: (kind: EngineUnderTest) => void): void {
  describeWithElasticsearch(shared, title.replace('$name', ELASTICSEARCH.name), () => suite(ELASTICSEARCH));
}

/** Describes a suite once for every engine that the contract is proved on; `$name` in the title is the engine's. To add one, add its line. */
export function onEveryEngine(title: string, suite: (kind: EngineUnderTest) => void): void {
  describe(title.replace('$name', SQLITE.name), () => suite(SQLITE));
  onElasticsearch(title, suite);
}
