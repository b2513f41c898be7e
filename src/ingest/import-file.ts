import type { BlobToken } from '../domain/blob-token.js';
import type { RejectedRecordStore } from '../catalog/rejected-record-store.js';
import type { IndexWriter } from '../engine/index-writer.js';
import type { DestroyedMessages } from '../holds/refuse-destroyed.js';
import type { ArchiveImporter } from '../importers/archive-importer.js';
import type { ArchiveFile } from './archive-file.js';
import type { EnrichedBatch, FileContext, LookUp, MergedBatch, Encounter, Rejection } from './enrich-batch.js';
import { unpackMessages } from '../engine/prepared-batch.js';
import { suspicionOf } from './import-report.js';
import { addLines, type LinesByOutcome, type RecordOutcome } from './line-ranges.js';
import { RecordBatcher, type RecordBatch } from './record-batch.js';
import { rejectedOf } from './rejected-batch.js';
import { storeBatch, type MergeEncounters, type StoreOutcome } from './store-batch.js';
import { addTallies, EMPTY_TALLY, requireBalance, TallyBuilder, type ImportTally } from './tally.js';

/** Records and bytes that make a batch: one trip to the worker, one transaction of the writer. */
export const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCHES_IN_FLIGHT = 3;
/** With more duplicates than this in a batch, it is worth looking which of the next records are known. */
const KNOWN_SHARE = 0.1;

/** Understands batches; `EnrichPool`, or `BatchEnricher` itself in tests. */
export interface Enricher {
  enrich(batch: RecordBatch, context: FileContext, lookUp: LookUp | null): Promise<EnrichedBatch>;
  merge(encounters: readonly Encounter[], context: FileContext): Promise<MergedBatch>;
  release(tokens: readonly BlobToken[]): Promise<void>;
}

/** How far a file is. Everything before the place has its outcome stored, and is in the tally. */
export interface FileProgress {
  readonly offset: number;
  readonly line: number;
  readonly tally: ImportTally;
  /** Where the records of each outcome stand. */
  readonly lines: LinesByOutcome;
}

export interface FileImportOptions {
  readonly context: FileContext;
  readonly importer: ArchiveImporter;
  readonly writer: IndexWriter;
  /** What becomes of messages that were destroyed before. */
  readonly destroyed: DestroyedMessages;
  readonly enricher: Enricher;
  readonly rejected: RejectedRecordStore;
  /** Where to go on. */
  readonly from: FileProgress;
  /** Ranges of lines that are kept of each outcome. */
  readonly lineRangeLimit: number;
  /** Stops the import behind the batch at hand. */
  readonly signal: AbortSignal;
  /** Called behind each batch. */
  readonly onCommit: (progress: FileProgress, takenMedia: readonly string[]) => Promise<void>;
}

/** `givenUp`: too many of its records are bad. `aborted`: by the signal. */
export type FileEnd = 'whole' | 'givenUp' | 'aborted';

interface BatchInFlight {
  readonly batch: RecordBatch;
  readonly enriched: Promise<EnrichedBatch>;
}

/** Imports one file. While one batch is being written, the next are being understood in the worker. What was stored stays in any case. */
export async function importFile(file: ArchiveFile, options: FileImportOptions): Promise<FileEnd> {
  const { importer, from, signal, context, rejected } = options;
  await rejected.discardBehind(context.importRunId, { file: context.file, ordinal: from.tally.counts.read });
  const committer = new Committer(options);
  const batcher = new RecordBatcher(BATCH_RECORDS, BATCH_BYTES);
  const inFlight: BatchInFlight[] = [];
  const submit = async (): Promise<void> => {
    inFlight.push(send(batcher.take(), options, committer.expectsKnown));
    if (inFlight.length >= BATCHES_IN_FLIGHT) await committer.commit(inFlight.shift()!);
  };
  try {
    for await (const entries of importer.entries(file.read(), from)) {
      for (const entry of entries) {
        batcher.add(entry);
        if (!batcher.isFull) continue;
        await submit();
        if (signal.aborted) return 'aborted';
        if (committer.isSuspicious) return 'givenUp';
      }
      if (signal.aborted) return 'aborted';
    }
    if (!batcher.isEmpty) await submit();
    while (inFlight.length > 0) {
      if (signal.aborted) return 'aborted';
      if (committer.isSuspicious) return 'givenUp';
      await committer.commit(inFlight.shift()!);
    }
    return 'whole';
  } finally {
    await giveBack(inFlight, options.enricher);
  }
}

/** References of batches that will not be stored. Those that cannot be given back now are found as orphans later. */
async function giveBack(batches: readonly BatchInFlight[], enricher: Enricher): Promise<void> {
  for (const { enriched } of batches) {
    const tokens = await enriched.then(
      (batch) => [...batch.tokens.values()].flat(),
      () => [],
    );
    if (tokens.length > 0) await enricher.release(tokens).catch(() => {});
  }
}

/** Looking first is cheap and saves the analysis of a record that is known, but for a new one it is in vain. */
function send(batch: RecordBatch, { enricher, context, writer }: FileImportOptions, isKnownLikely: boolean): BatchInFlight {
  const enriched = enricher.enrich(batch, context, isKnownLikely ? (ids) => writer.readDocuments(ids) : null);
  // Its failure is met when its turn comes; until then nobody listens.
  enriched.catch(() => {});
  return { batch, enriched };
}

/** Stores batches in order and keeps the file's tally. */
class Committer {
  private tally: ImportTally;
  private lines: LinesByOutcome;
  /** Whether the next records are probably in the archive: the first are looked up, and whatever follows many known ones. */
  expectsKnown = true;

  constructor(private readonly options: FileImportOptions) {
    this.tally = options.from.tally;
    this.lines = options.from.lines;
  }

  get isSuspicious(): boolean {
    return suspicionOf(this.tally, false) !== null;
  }

  async commit({ batch, enriched }: BatchInFlight): Promise<void> {
    const { writer, destroyed, enricher, rejected, context, onCommit, lineRangeLimit } = this.options;
    const { messages, places, tally, takenMedia, tokens, rejections: atFirst } = await enriched;
    const merge: MergeEncounters = (encounters) => enricher.merge(encounters, context);
    const media = { tokens, release: (unused: readonly BlobToken[]) => enricher.release(unused) };
    const outcomes = await storeBatch(unpackMessages(messages), context, writer, merge, destroyed, media);
    const builder = new TallyBuilder(context.file);
    outcomes.forEach((outcome, message) => {
      if (typeof outcome === 'string') builder.addOutcome(outcome);
      else builder.addRejection('WRITE_REFUSED', batch.lines[places[message]!]!, outcome.problem);
    });
    const rejections = [...atFirst, ...refusalsOf(outcomes, places)].sort((one, other) => one.index - other.index);
    const batchTally = addTallies(tally, builder.build());
    requireBalance(batchTally);
    // Before the file counts as read this far: killed in between, the same records replace themselves.
    const rejectedRecords = rejectedOf(batch, rejections, context, this.tally.counts.read);
    if (rejectedRecords.length > 0) await rejected.add(rejectedRecords);
    this.tally = addTallies(this.tally, batchTally);
    this.lines = addLines(this.lines, outcomesByRecord(batch, places, outcomes, rejections), batch.lines, lineRangeLimit);
    this.expectsKnown = batchTally.counts.duplicate >= batchTally.counts.read * KNOWN_SHARE;
    await onCommit({ offset: batch.endOffset, line: batch.endLine, tally: this.tally, lines: this.lines }, takenMedia);
  }
}

/** The messages that the engine will never take. */
function refusalsOf(outcomes: readonly StoreOutcome[], places: readonly number[]): Rejection[] {
  return outcomes.flatMap((outcome, message) =>
    typeof outcome === 'string' ? [] : [{ index: places[message]!, reason: 'WRITE_REFUSED' as const, detail: outcome.problem }],
  );
}

/** Records that are neither among the messages nor rejected were known. */
function outcomesByRecord(
  batch: RecordBatch,
  places: readonly number[],
  outcomes: readonly StoreOutcome[],
  rejections: readonly Rejection[],
): RecordOutcome[] {
  const byRecord = new Array<RecordOutcome>(batch.lines.length).fill('duplicate');
  outcomes.forEach((outcome, message) => (byRecord[places[message]!] = typeof outcome === 'string' ? outcome : 'rejected'));
  for (const { index } of rejections) byRecord[index] = 'rejected';
  return byRecord;
}

/** The beginning of a file that was never imported before. */
export const AT_THE_BEGINNING: FileProgress = { offset: 0, line: 0, tally: EMPTY_TALLY, lines: {} };
