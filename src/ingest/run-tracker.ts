import type { Clock } from '../domain/clock.js';
import type { ArchiveFile } from './archive-file.js';
import { assumptionsOf, DEFAULT_SOURCE } from './import-assumptions.js';
import { AT_THE_BEGINNING, type FileProgress } from './import-file.js';
import type { ImportRunLog } from './import-run-log.js';
import { newImportRunId, type ImportedFile, type ImportRun, type ImportRunState } from './import-run.js';
import { addTallies, EMPTY_TALLY } from './tally.js';
import { thisProcess } from './this-process.js';

/** Milliseconds between two saves of the run: at most this much is read again after a crash. */
const SAVE_INTERVAL = 2_000;

/** A file that some importer knows. */
export interface ClaimedFile {
  readonly archive: ArchiveFile;
  readonly format: string;
  readonly why: string;
}

/** What a directory or file turned out to hold. */
export interface ClaimedArchive {
  readonly name: string;
  readonly claimed: readonly ClaimedFile[];
  /** Files that could not even be opened, and why. */
  readonly unreadable: readonly { readonly name: string; readonly problem: string }[];
  readonly unclaimed: readonly { readonly name: string; readonly path: string }[];
}

export interface RunNaming {
  readonly source: string | null;
  readonly identitySpace: string | null;
  readonly format: string | null;
}

/** Keeps the record of one import run and stores it every few seconds. */
export class RunTracker {
  private savedAt = 0;
  private readonly files: Map<string, ImportedFile>;
  private readonly unclaimed: Map<string, string>;

  private constructor(
    private current: ImportRun,
    private readonly archive: ClaimedArchive,
    private readonly naming: RunNaming,
    private readonly runs: ImportRunLog,
    private readonly clock: Clock,
  ) {
    this.files = new Map(current.files.map((file) => [file.name, file]));
    this.unclaimed = new Map(archive.unclaimed.map(({ name, path }) => [path, name]));
  }

  /** Opens a new run, or goes on with one of the same command that did not come to its end, if the files are still the same. */
  static async start(
    archive: ClaimedArchive,
    naming: RunNaming,
    { runs, clock }: { runs: ImportRunLog; clock: Clock },
    state: 'running' | 'waiting' = 'running',
  ): Promise<RunTracker> {
    const identity = {
      name: archive.name,
      source: naming.source ?? DEFAULT_SOURCE,
      identitySpace: naming.identitySpace,
      format: naming.format,
    };
    const abandoned = await runs.findAbandoned(identity);
    const resumed = abandoned !== null && (await readsTheSame(abandoned.value, archive)) ? await runs.takeOver(abandoned) : null;
    const now = clock.now();
    const run: ImportRun = {
      ...identity,
      id: newImportRunId(now),
      startedAt: now,
      tally: EMPTY_TALLY,
      ...resumed,
      state,
      finishedAt: null,
      pace: { since: now, recordsBefore: resumed?.tally.counts.read ?? 0, savedAt: now },
      process: thisProcess(),
      assumptions: [],
      files: filesOf(archive, resumed?.files ?? []),
      unclaimed: archive.unclaimed.map(({ name }) => name),
    };
    const tracker = new RunTracker(run, archive, naming, runs, clock);
    await (resumed === null ? runs.create(tracker.run) : runs.save(tracker.run));
    return tracker;
  }

  /** Ends the waiting. */
  async begin(): Promise<void> {
    const now = this.clock.now();
    this.current = { ...this.current, state: 'running', pace: { ...this.current.pace, since: now, savedAt: now } };
    await this.runs.save(this.run);
  }

  /** The run as it stands now. */
  get run(): ImportRun {
    const files = [...this.files.values()];
    const tally = files.reduce((sum, file) => addTallies(sum, file.tally), EMPTY_TALLY);
    return { ...this.current, files, tally, assumptions: assumptionsOf(this.naming, tally), unclaimed: [...this.unclaimed.values()] };
  }

  /** The files still to be read, in order. */
  unfinished(): readonly ArchiveFile[] {
    return this.archive.claimed.map(({ archive }) => archive).filter(({ name }) => !isDone(this.file(name)));
  }

  file(name: string): ImportedFile {
    return this.files.get(name)!;
  }

  /** Bytes on disk of all files of the run. */
  get totalBytes(): number {
    return this.archive.claimed.reduce((sum, { archive }) => sum + archive.size, 0);
  }

  get fileCount(): number {
    return this.files.size;
  }

  get finishedBytes(): number {
    return [...this.files.values()].reduce((sum, file) => sum + (isDone(file) ? file.bytes : 0), 0);
  }

  /** Records read in this run so far, of all files. */
  get recordCount(): number {
    let count = 0;
    for (const { tally } of this.files.values()) count += tally.counts.read;
    return count;
  }

  /** Notes that a batch is stored; saves now and then. */
  async commit(archive: ArchiveFile, { offset, line, tally, lines }: FileProgress, takenMedia: readonly string[]): Promise<void> {
    this.update(archive.name, { state: 'reading', committedOffset: offset, committedLine: line, tally, lines });
    for (const path of takenMedia) this.unclaimed.delete(path);
    if (this.clock.now() - this.savedAt >= SAVE_INTERVAL) await this.save(archive);
  }

  /** Stores how far the file is. */
  async save(archive: ArchiveFile): Promise<void> {
    this.update(archive.name, { prefix: archive.prefix() });
    this.savedAt = this.clock.now();
    this.current = { ...this.current, pace: { ...this.current.pace, savedAt: this.savedAt } };
    await this.runs.save(this.run);
  }

  /** Notes that no more of a file will be read: it came to its end, or was given up. */
  async close(archive: ArchiveFile, state: 'finished' | 'failed', problems: readonly (string | null)[]): Promise<void> {
    this.update(archive.name, { state, sha256: archive.sha256, problems: problems.filter((problem) => problem !== null) });
    await this.save(archive);
  }

  async finish(state: ImportRunState): Promise<void> {
    this.current = { ...this.current, state, finishedAt: this.clock.now() };
    await this.runs.save(this.run);
  }

  private update(name: string, change: Partial<ImportedFile>): void {
    this.files.set(name, { ...this.file(name), ...change });
  }
}

function isDone({ state }: ImportedFile): boolean {
  return state === 'finished' || state === 'failed';
}

/** Whether every file that was begun is still there and begins as it did. */
async function readsTheSame(run: ImportRun, { claimed }: ClaimedArchive): Promise<boolean> {
  for (const file of run.files) {
    if (file.prefix === null) continue;
    const found = claimed.find(({ archive, format }) => archive.name === file.name && format === file.format);
    if (found?.archive.size !== file.bytes || !(await found.archive.beginsWith(file.prefix))) return false;
  }
  return true;
}

/** A file without a prefix was never saved: what was read of it, if anything, is read again. */
function filesOf({ claimed, unreadable }: ClaimedArchive, known: readonly ImportedFile[]): ImportedFile[] {
  const knownByName = new Map(known.filter(({ prefix }) => prefix !== null).map((file) => [file.name, file]));
  const { offset, line, tally, lines } = AT_THE_BEGINNING;
  const fresh = { sha256: null, committedOffset: offset, committedLine: line, prefix: null, tally, lines, problems: [] };
  return [
    ...claimed.map(
      ({ archive, format, why }): ImportedFile =>
        knownByName.get(archive.name) ?? { ...fresh, name: archive.name, bytes: archive.size, format, why, state: 'waiting' },
    ),
    ...unreadable.map(({ name, problem }): ImportedFile => ({
      ...fresh,
      name,
      bytes: 0,
      format: '',
      why: '',
      state: 'failed',
      problems: [problem],
    })),
  ];
}
