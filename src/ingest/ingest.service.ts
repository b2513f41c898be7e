import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { AuditLog } from '../audit/audit-log.js';
import type { RejectedRecordStore } from '../catalog/rejected-record-store.js';
import type { Clock } from '../domain/clock.js';
import type { IndexWriter } from '../engine/index-writer.js';
import { HoldfastError } from '../errors/errors.js';
import { RefuseDestroyed } from '../holds/refuse-destroyed.js';
import type { RegisterStore } from '../holds/register-store.js';
import { importerOf } from '../importers/index.js';
import type { ArchiveFile } from './archive-file.js';
import type { MediaPlaces } from './attach-media.js';
import { claimFiles } from './claim-files.js';
import type { FileContext } from './enrich-batch.js';
import { findArchiveFiles } from './find-archive-files.js';
import { importFile, type Enricher, type FileEnd } from './import-file.js';
import { reportOf, suspicionOf, type ImportReport } from './import-report.js';
import type { ImportRunLog } from './import-run-log.js';
import { lineRangeLimit } from './line-ranges.js';
import { RunTracker } from './run-tracker.js';

export interface ImportOptions {
  /** A file, or a directory to import whole. */
  readonly path: string;
  /** The capture stream the files come from; null: `archive`. */
  readonly source: string | null;
  /** Where ids are unique; null: the format's own, usually the source. */
  readonly identitySpace: string | null;
  /** Null: found out file by file. */
  readonly format: string | null;
  /** The directory that attachments named by absolute paths may be in. */
  readonly mediaDirectory: string | null;
  /** The archive's own directory: when it lies below `path`, it is no part of it. */
  readonly excludedDirectory: string | null;
  /** Who imports, for the audit. */
  readonly viewer: string;
  /** Stops behind the batch at hand; the same options later go on there. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Holds the run back, which waits with its id known, until it resolves. */
  readonly untilTurn?: (importRunId: string) => Promise<void>;
}

/** How far a run is. Bytes are those on disk. */
export interface ImportProgress {
  readonly file: string;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Over all files of this run. */
  readonly recordsDone: number;
}

/** What one run works with. */
interface Work {
  readonly options: ImportOptions;
  readonly tracker: RunTracker;
  readonly places: Omit<MediaPlaces, 'base'>;
}

/** Takes archive files in: any order, repeated, interrupted or side by side, they end in the same archive. */
export class IngestService {
  constructor(
    private readonly writer: IndexWriter,
    private readonly enricher: Enricher,
    private readonly runs: ImportRunLog,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly rejected: RejectedRecordStore,
    private readonly registers: RegisterStore,
  ) {}

  /**
   * Imports a file or a directory. Throws IMPORT_FILE_UNREADABLE or IMPORT_FORMAT_UNKNOWN before anything is done, and what
   * engine, catalog and audit throw: then the same call goes on later. Faults of single files and records are in the report.
   */
  async importPath(options: ImportOptions): Promise<ImportReport> {
    if (options.format !== null) importerOf(options.format);
    const found = await findArchiveFiles(options.path, options.excludedDirectory);
    const places = { root: found.root, mediaDirectory: await realDirectory(options.mediaDirectory) };
    const claimed = await claimFiles(found, options.format);
    const state = options.untilTurn === undefined ? 'running' : 'waiting';
    const tracker = await RunTracker.start(claimed, options, { runs: this.runs, clock: this.clock }, state);
    try {
      if (options.untilTurn !== undefined) await waitFor(options.untilTurn, tracker, options.signal);
      for (const archive of tracker.unfinished()) {
        if (!options.signal.aborted) await this.importArchive(archive, { options, tracker, places });
      }
      await tracker.finish(options.signal.aborted ? 'interrupted' : 'finished');
    } catch (error) {
      // The first fault counts; if the catalog fails too, the run is found abandoned later.
      await tracker.finish('failed').catch(() => {});
      throw error;
    }
    await this.writer.refresh();
    return reportOf(tracker.run);
  }

  /** One file, from where it stands to its end, audited at both. */
  private async importArchive(archive: ArchiveFile, work: Work): Promise<void> {
    const { tracker } = work;
    await this.append('started', archive, work);
    let isFinished = false;
    try {
      const end = await this.readArchive(archive, work);
      if (end === 'aborted') return await tracker.save(archive);
      const suspicion = suspicionOf(tracker.file(archive.name).tally, end === 'whole');
      await tracker.close(archive, suspicion === null ? 'finished' : 'failed', [earlyEndOf(archive), suspicion]);
      isFinished = suspicion === null;
    } finally {
      await this.append(isFinished ? 'finished' : 'failed', archive, work);
    }
  }

  private readArchive(archive: ArchiveFile, { tracker, options, places }: Work): Promise<FileEnd> {
    const file = tracker.file(archive.name);
    const { id, source, identitySpace, startedAt } = tracker.run;
    const importer = importerOf(file.format);
    const context: FileContext = {
      format: file.format,
      file: file.name,
      source,
      identitySpace: identitySpace ?? importer.identitySpace(source),
      importRunId: id,
      now: startedAt,
      places: { base: dirname(archive.path), ...places },
    };
    const finishedBytes = tracker.finishedBytes;
    return importFile(archive, {
      context,
      importer,
      writer: this.writer,
      destroyed: new RefuseDestroyed(this.registers, this.writer, this.audit, options.viewer),
      enricher: this.enricher,
      rejected: this.rejected,
      signal: options.signal,
      from: { offset: file.committedOffset, line: file.committedLine, tally: file.tally, lines: file.lines ?? {} },
      lineRangeLimit: lineRangeLimit(tracker.fileCount),
      onCommit: async (progress, takenMedia) => {
        await tracker.commit(archive, progress, takenMedia);
        options.onProgress({
          file: archive.name,
          bytesDone: finishedBytes + archive.progress,
          bytesTotal: tracker.totalBytes,
          recordsDone: tracker.recordCount,
        });
      },
    });
  }

  private append(phase: 'started' | 'finished' | 'failed', archive: ArchiveFile, { tracker, options }: Work): Promise<void> {
    const { sha256, tally } = tracker.file(archive.name);
    return this.audit.append({
      kind: 'import',
      phase,
      viewer: options.viewer,
      importRunId: tracker.run.id,
      archiveSha256: sha256,
      counts: phase === 'started' ? {} : tally.counts,
    });
  }
}

async function waitFor(turn: NonNullable<ImportOptions['untilTurn']>, tracker: RunTracker, signal: AbortSignal): Promise<void> {
  await turn(tracker.run.id);
  if (!signal.aborted) await tracker.begin();
}

function earlyEndOf({ problem }: ArchiveFile): string | null {
  return problem === null ? null : `Only its beginning could be read: ${problem}.`;
}

async function realDirectory(path: string | null): Promise<string | null> {
  if (path === null) return null;
  const real = await realpath(path).catch(() => null);
  if (real !== null && (await stat(real)).isDirectory()) return real;
  throw new HoldfastError('IMPORT_FILE_UNREADABLE', `The media directory ${basename(path)} is no directory.`, { file: basename(path) });
}
