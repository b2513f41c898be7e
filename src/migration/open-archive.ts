import type { CatalogStore } from '../catalog/catalog-store.js';
import type { RejectedRecordStore } from '../catalog/rejected-record-store.js';
import type { IndexWriter } from '../engine/index-writer.js';
import { openCatalog, openIndexWriter, openRejectedRecords, type EngineSettings } from '../engine/open-engine.js';

/** Everything that an engine keeps of an archive. */
export interface OpenArchive {
  /** As HOLDFAST_ENGINE names it. */
  readonly engine: string;
  readonly writer: IndexWriter;
  readonly catalog: CatalogStore;
  readonly rejected: RejectedRecordStore;
}

/** Opens the archives of several engines, hands them to the action in this order, and closes them whatever happens. */
export async function withArchives<Result>(
  settings: readonly EngineSettings[],
  action: (archives: readonly OpenArchive[]) => Promise<Result>,
): Promise<Result> {
  const closers: (() => Promise<void>)[] = [];
  const opened = async <Part extends { close(): Promise<void> }>(opening: Promise<Part>): Promise<Part> => {
    const part = await opening;
    closers.unshift(() => part.close());
    return part;
  };
  try {
    const archives: OpenArchive[] = [];
    for (const one of settings) {
      const writer = await opened(openIndexWriter(one));
      await writer.prepare();
      const catalog = await opened(openCatalog(one));
      archives.push({ engine: one.engine, writer, catalog, rejected: await opened(openRejectedRecords(one)) });
    }
    return await action(archives);
  } finally {
    for (const close of closers) await close();
  }
}
