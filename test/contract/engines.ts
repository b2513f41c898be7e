import { FOLD_VERSION } from '../../src/analysis/fold.js';
import type { CatalogStore } from '../../src/catalog/catalog-store.js';
import type { IndexWriter } from '../../src/engine/index-writer.js';
import { openCatalog, openIndexWriter, openSearchEngine, type EngineSettings } from '../../src/engine/open-engine.js';
import type { SearchEngine } from '../../src/engine/search-engine.js';

/** The three faces of one archive. `close` ends them all; the stored data stays. */
export interface OpenEngine {
  readonly engine: SearchEngine;
  readonly writer: IndexWriter;
  readonly catalog: CatalogStore;
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
}

async function openFaces(settings: EngineSettings): Promise<OpenEngine> {
  const writer = await openIndexWriter(settings);
  const engine = await openSearchEngine(settings);
  const catalog = await openCatalog(settings);
  return {
    engine,
    writer,
    catalog,
    close: async () => {
      await engine.close();
      await catalog.close();
      await writer.close();
    },
  };
}

/** Every engine the contract is proved on. To add one, add its line. */
export const ENGINES: readonly EngineUnderTest[] = [
  {
    name: 'sqlite',
    open: (dataDir, { searchProcesses = 1, foldVersion = FOLD_VERSION } = {}) =>
      openFaces({ engine: 'sqlite', dataDir, searchProcesses, foldVersion }),
  },
];
