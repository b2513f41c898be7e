import { dirname } from 'node:path';
import { unpackMessages, type PreparedMessage } from '../src/engine/prepared-batch.js';
import { importerOf } from '../src/importers/index.js';
import { ArchiveFile } from '../src/ingest/archive-file.js';
import { BatchEnricher, type FileContext } from '../src/ingest/enrich-batch.js';
import { AT_THE_BEGINNING } from '../src/ingest/import-file.js';
import { RecordBatcher } from '../src/ingest/record-batch.js';

const FORMAT = 'holdfast-jsonl';
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * The messages of a Holdfast JSONL file in its order, understood and analyzed as an import does, in this process: `count` at a time,
 * fewer at the end. Of attachments generated archives have only the names.
 */
export async function* preparedMessages(file: string, count: number): AsyncGenerator<readonly PreparedMessage[]> {
  const enricher = new BatchEnricher(() => Promise.reject(new Error('generated archives have no media')));
  const importer = importerOf(FORMAT);
  const context: FileContext = {
    format: FORMAT,
    file: 'archive.jsonl',
    source: 'archive',
    identitySpace: importer.identitySpace('archive'),
    importRunId: '00000000-0000-4000-8000-000000000000',
    now: Date.now(),
    places: { base: dirname(file), root: dirname(file), mediaDirectory: null },
  };
  const batcher = new RecordBatcher(count, BATCH_BYTES);
  const take = async (): Promise<readonly PreparedMessage[]> =>
    unpackMessages((await enricher.enrich(batcher.take(), context, null)).messages);
  const archive = await ArchiveFile.open(file, 'archive.jsonl');
  for await (const entries of importer.entries(archive.read(), AT_THE_BEGINNING)) {
    for (const entry of entries) {
      batcher.add(entry);
      if (batcher.isFull) yield await take();
    }
  }
  if (!batcher.isEmpty) yield await take();
}
