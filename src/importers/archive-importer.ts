import type { MappedEntry, RawEntry } from '../domain/archive-record.js';

/** The beginning of a file, for deciding its format. */
export interface FileHead {
  readonly name: string;
  /** The first 64 KiB, unpacked if the file is gzip. */
  readonly bytes: Uint8Array;
}

/** What an importer may assume beside the record itself. */
export interface MappingContext {
  /** UTC milliseconds of the import; times after it plus one day are `future`. */
  readonly now: number;
  /** Where native ids are unique: what is named after people only has to be told apart from the same people elsewhere. */
  readonly identitySpace: string;
}

/**
 * One archive format. Reading is in two steps so that the second can run in a worker: `entries` only cuts the file into
 * records, `map` understands one record and is pure. To add a format, see CONTRIBUTING.md.
 */
export interface ArchiveImporter {
  /** The name for `--format`, e.g. `holdfast-jsonl`. */
  readonly format: string;
  readonly description: string;
  /** How sure it is, 0 (not mine) to 1 (certainly mine), and why, for the report. */
  claims(head: FileHead): { readonly confidence: number; readonly why: string };
  /** Cuts the stream of (unpacked) bytes into records, in order. `from` is an `endOffset` to resume at. */
  entries(bytes: AsyncIterable<Uint8Array>, from: { readonly offset: number; readonly line: number }): AsyncGenerator<readonly RawEntry[]>;
  map(entry: RawEntry, context: MappingContext): MappedEntry;
  /** Where native ids of this format are unique when the caller names no space: a fixed name, or the source's own. */
  identitySpace(source: string): string;
}
