import type { RejectionReason, WarningCode } from '../domain/values.js';
import { isAbandoned } from './import-run-log.js';
import type { ImportedFile, ImportRun } from './import-run.js';
import type {
  EncryptedCount,
  ImportedFileModel,
  ImportLines,
  ImportRunModel,
  ImportRunProgress,
  MissingNumbers,
  OutcomeLines,
  RejectionCount,
  WarningCount,
} from './import-runs.model.js';
import { linesText, NO_LINES, type LinesByOutcome, type RecordOutcome } from './line-ranges.js';
import { gapsOf } from './sequence-ranges.js';
import { EMPTY_TALLY, type ImportCounts, type ImportTally } from './tally.js';

/** Gaps that are shown of a file, and of a run. */
const MOST_GAPS = 100;

/** A run as the API shows it. One whose process is gone is shown as interrupted, which it will be when it goes on. */
export function toImportRunModel({ tally, ...run }: ImportRun): ImportRunModel {
  return {
    ...run,
    state: isAbandoned(run) && run.state !== 'failed' ? 'interrupted' : run.state,
    files: run.files.map(toFileModel),
    progress: progressOf({ ...run, tally }),
    counts: countsOf(tally),
    ...detailsOf(tally),
    earliestSentAt: tally.earliestSentAt,
    latestSentAt: tally.latestSentAt,
  };
}

/** Bytes on disk that were read so far. */
export function bytesDoneOf({ state, bytes, prefix }: ImportedFile): number {
  return state === 'finished' ? bytes : (prefix?.bytes ?? 0);
}

/** How far the run is. */
export function progressOf({ files, pace, tally }: ImportRun): ImportRunProgress {
  const records = tally.counts.read - pace.recordsBefore;
  const seconds = (pace.savedAt - pace.since) / 1000;
  return {
    bytesDone: files.reduce((sum, file) => sum + bytesDoneOf(file), 0),
    bytesTotal: files.reduce((sum, { bytes }) => sum + bytes, 0),
    recordsPerSecond: records > 0 && seconds > 0 ? Math.round(records / seconds) : null,
  };
}

/** The first gaps between the numbers of the records. */
export function firstGapsOf({ sequences }: ImportTally): readonly MissingNumbers[] {
  return gapsOf(sequences)
    .slice(0, MOST_GAPS)
    .map(([first, last]) => ({ first, last }));
}

function toFileModel({ tally, lines, ...file }: ImportedFile): ImportedFileModel {
  return {
    ...file,
    bytesDone: bytesDoneOf({ ...file, tally }),
    counts: countsOf(tally),
    lines: toLinesModel(lines ?? {}),
    ...detailsOf(tally),
  };
}

/** Runs of earlier versions do not count every outcome of today. */
function countsOf({ counts }: ImportTally): ImportCounts {
  return { ...EMPTY_TALLY.counts, ...counts };
}

function toLinesModel(lines: LinesByOutcome): ImportLines {
  const of = (outcome: RecordOutcome): OutcomeLines => {
    const { ranges, omitted } = lines[outcome] ?? NO_LINES;
    return { ranges: linesText({ ranges, omitted: 0 }), omittedCount: omitted };
  };
  return {
    new: of('new'),
    duplicate: of('duplicate'),
    merged: of('merged'),
    conflict: of('conflict'),
    disposed: of('disposed'),
    reintroduced: of('reintroduced'),
    rejected: of('rejected'),
  };
}

interface Details {
  readonly rejections: readonly RejectionCount[];
  readonly encrypted: readonly EncryptedCount[];
  readonly warnings: readonly WarningCount[];
  readonly gaps: readonly MissingNumbers[];
}

function detailsOf(tally: ImportTally): Details {
  return {
    rejections: Object.entries(tally.rejections).map(([reason, seen]) => ({ reason: reason as RejectionReason, ...seen })),
    encrypted: Object.entries(tally.encrypted).map(([keyVersion, count]) => ({ keyVersion, count })),
    warnings: Object.entries(tally.warnings).map(([code, seen]) => ({ code: code as WarningCode, ...seen })),
    gaps: firstGapsOf(tally),
  };
}
