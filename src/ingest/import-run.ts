import { newRecordId } from '../domain/record-id.js';
import type { LinesByOutcome } from './line-ranges.js';
import type { ImportTally } from './tally.js';

/** `interrupted`: stopped on request, and goes on when the same command is given again. `waiting`: for another import to end. */
export type ImportRunState = 'running' | 'interrupted' | 'finished' | 'failed' | 'waiting';

export type ImportedFileState = 'waiting' | 'reading' | 'finished' | 'failed';

/** One file of a run. All times are UTC milliseconds, all offsets bytes of the unpacked file. */
export interface ImportedFile {
  /** Base name, or the path relative to the directory that was imported; never an absolute path. */
  readonly name: string;
  /** Size as it stands on disk. */
  readonly bytes: number;
  /** Of the file as it stands on disk; null until it was read to its end. */
  readonly sha256: string | null;
  readonly format: string;
  /** Why it was taken for this format. */
  readonly why: string;
  readonly state: ImportedFileState;
  /** Every record before this place has its outcome stored. */
  readonly committedOffset: number;
  readonly committedLine: number;
  /** The part of the file that was read when that was so; a repeated command goes on only if it still reads the same. */
  readonly prefix: { readonly bytes: number; readonly sha256: string } | null;
  readonly tally: ImportTally;
  /** Where the records of each outcome stand. Left out by an earlier version. */
  readonly lines?: LinesByOutcome;
  /** What is wrong with the file as a whole, one sentence each. */
  readonly problems: readonly string[];
}

/** The record of one import command for one file or directory. */
export interface ImportRun {
  readonly id: string;
  readonly state: ImportRunState;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Base name of what was imported. */
  readonly name: string;
  readonly source: string;
  /** As the caller named it; null: each format's own. */
  readonly identitySpace: string | null;
  /** As the caller named it; null: found out file by file. */
  readonly format: string | null;
  readonly files: readonly ImportedFile[];
  /** Files that no importer knows and no message refers to. */
  readonly unclaimed: readonly string[];
  /** What was assumed, one sentence each. */
  readonly assumptions: readonly string[];
  /** Over all files. */
  readonly tally: ImportTally;
  /** For the rate: when the work began, or went on, with how many records of the run read before; and when this was written. */
  readonly pace: { readonly since: number; readonly recordsBefore: number; readonly savedAt: number };
  /** Who writes this record, so that another process can tell whether it still does. */
  readonly process: { readonly host: string; readonly pid: number; readonly token: string };
}

/** Ids sort by time. */
export function newImportRunId(now: number): string {
  return newRecordId(now);
}
