import type { IndexWriter } from '../engine/index-writer.js';
import type { ArchiveImporter } from '../importers/archive-importer.js';
import type { ArchiveFile } from './archive-file.js';
import type { EnrichedBatch, FileContext, MergedBatch, Encounter } from './enrich-batch.js';
import { unpackMessages } from '../engine/prepared-batch.js';
import { RecordBatcher, type RecordBatch } from './record-batch.js';
import { storeBatch } from './store-batch.js';
import { addTallies, EMPTY_TALLY, requireBalance, TallyBuilder, type ImportTally } from './tally.js';

/** Records and bytes that make a batch: one trip to the worker, one transaction of the writer. */
export const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCHES_IN_FLIGHT = 3;

/** Understands batches; `EnrichPool`, or `BatchEnricher` itself in tests. */
export interface Enricher {
  enrich(batch: RecordBatch, context: FileContext): Promise<EnrichedBatch>;
  merge(encounters: readonly Encounter[], context: FileContext): Promise<MergedBatch> | MergedBatch;
}

/** How far a file is. Everything before the place has its outcome stored, and is in the tally. */
export interface FileProgress {
  readonly offset: number;
  readonly line: number;
  readonly tally: ImportTally;
}

export interface FileImportOptions {
  readonly context: FileContext;
  readonly importer: ArchiveImporter;
  readonly writer: IndexWriter;
  readonly enricher: Enricher;
  /** Where to go on. */
  readonly from: FileProgress;
  /** Stops the import behind the batch at hand. */
  readonly signal: AbortSignal;
  /** Called behind each batch. */
  readonly onCommit: (progress: FileProgress, takenMedia: readonly string[]) => Promise<void>;
}

interface BatchInFlight {
  readonly batch: RecordBatch;
  readonly enriched: Promise<EnrichedBatch>;
}

/** Imports one file. While one batch is being written, the next are being understood in the worker. Returns true at the file's end, false if stopped before. */
export async function importFile(file: ArchiveFile, options: FileImportOptions): Promise<boolean> {
  const { importer, from, signal } = options;
  const committer = new Committer(options);
  const batcher = new RecordBatcher(BATCH_RECORDS, BATCH_BYTES);
  const inFlight: BatchInFlight[] = [];
  const submit = async (): Promise<void> => {
    inFlight.push(send(batcher.take(), options));
    if (inFlight.length >= BATCHES_IN_FLIGHT) await committer.commit(inFlight.shift()!);
  };
  for await (const entries of importer.entries(file.read(), from)) {
    for (const entry of entries) {
      batcher.add(entry);
      if (!batcher.isFull) continue;
      await submit();
      if (signal.aborted) return false;
    }
    if (signal.aborted) return false;
  }
  if (!batcher.isEmpty) await submit();
  for (const batch of inFlight) {
    if (signal.aborted) return false;
    await committer.commit(batch);
  }
  return true;
}

function send(batch: RecordBatch, { enricher, context }: FileImportOptions): BatchInFlight {
  const enriched = enricher.enrich(batch, context);
  // Its failure is met when its turn comes; until then nobody listens.
  enriched.catch(() => {});
  return { batch, enriched };
}

/** Stores batches in order and keeps the file's tally. */
class Committer {
  private tally: ImportTally;

  constructor(private readonly options: FileImportOptions) {
    this.tally = options.from.tally;
  }

  async commit({ batch, enriched }: BatchInFlight): Promise<void> {
    const { writer, enricher, context, onCommit } = this.options;
    const { messages, tally, takenMedia } = await enriched;
    const outcomes = await storeBatch(unpackMessages(messages), context, writer, async (encounters) => enricher.merge(encounters, context));
    const builder = new TallyBuilder(context.file);
    for (const outcome of outcomes) builder.addOutcome(outcome);
    const batchTally = addTallies(tally, builder.build());
    requireBalance(batchTally);
    this.tally = addTallies(this.tally, batchTally);
    await onCommit({ offset: batch.endOffset, line: batch.endLine, tally: this.tally }, takenMedia);
  }
}

/** The beginning of a file that was never imported before. */
export const AT_THE_BEGINNING: FileProgress = { offset: 0, line: 0, tally: EMPTY_TALLY };
