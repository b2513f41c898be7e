import type { ImportedFile, ImportRun } from '../ingest/import-run.js';

/** A run for programs: all of its record but what only resuming needs. */
export function importJson({ process: _process, files, ...run }: ImportRun): object {
  return { ...run, files: files.map(({ prefix: _prefix, ...file }: ImportedFile) => file) };
}
