import { setPriority } from 'node:os';
import { Option, type Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { loadEnvironment } from '../config/env.js';
import { HoldfastError, type ErrorCode } from '../errors/errors.js';
import { IMPORTERS } from '../importers/index.js';
import type { ImportReport } from '../ingest/import-report.js';
import type { IngestService } from '../ingest/ingest.service.js';
import { withIngest } from '../ingest/with-ingest.js';
import { abortedByControlC } from './aborted-by-control-c.js';
import { ShownImport } from './import-progress.js';
import { importJson } from './import-json.js';
import { importText } from './import-text.js';
import { runAction, type ExitCode } from './run-action.js';

interface ImportCommandOptions {
  readonly source?: string;
  readonly identitySpace?: string;
  readonly format?: string;
  readonly media?: string;
  readonly json?: true;
}

/** Searches that run meanwhile go first. */
const NICENESS = 5;
const INTERRUPTED = 130;
const UNUSABLE: readonly ErrorCode[] = ['IMPORT_FILE_UNREADABLE', 'IMPORT_FORMAT_UNKNOWN'];

export function registerImportCommand(program: Command): void {
  program
    .command('import')
    .description('take in archive files, or a directory of them; the same file twice changes nothing, an interrupted import goes on')
    .argument('<paths...>', 'files, or a directory')
    .option('--source <name>', 'the capture stream the files come from, e.g. one phone; "archive" if not given')
    .option('--identity-space <name>', 'where message ids are unique; the source if not given')
    .addOption(new Option('--format <format>', 'instead of finding it out').choices(IMPORTERS.map(({ format }) => format)))
    .option('--media <directory>', 'where attachments named by absolute paths may be')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExit codes: 0 clean, 1 with warnings, 2 nothing of a file could be imported, 130 interrupted.')
    .action((paths: string[], options: ImportCommandOptions) => runAction(() => importAll(paths, options)));
}

async function importAll(paths: readonly string[], options: ImportCommandOptions): Promise<ExitCode> {
  // Before any thread begins: threads take over the priority of the one that makes them.
  setPriority(NICENESS);
  const signal = abortedByControlC();
  const reports: ImportReport[] = [];
  let isAnyLost = false;
  await withIngest(async (ingest) => {
    for (const path of paths) {
      if (signal.aborted) break;
      const report = await importOne(ingest, path, signal, options).catch(reportUnusable);
      if (report === null) isAnyLost = true;
      else {
        reports.push(report);
        if (!options.json) console.log(importText(report.run));
      }
    }
  });
  const exitCode = signal.aborted ? INTERRUPTED : (Math.max(isAnyLost ? 2 : 0, ...reports.map((report) => report.exitCode)) as ExitCode);
  if (options.json) console.log(JSON.stringify({ exitCode, runs: reports.map(({ run }) => importJson(run)) }, null, 2));
  return exitCode;
}

async function importOne(ingest: IngestService, path: string, signal: AbortSignal, options: ImportCommandOptions): Promise<ImportReport> {
  const shown = new ShownImport();
  try {
    return await ingest.importPath({
      path,
      source: options.source ?? null,
      identitySpace: options.identitySpace ?? null,
      format: options.format ?? null,
      mediaDirectory: options.media ?? null,
      excludedDirectory: loadEnvironment().HOLDFAST_DATA_DIR,
      viewer: LOCAL_INVESTIGATOR.name,
      signal,
      onProgress: (progress) => shown.show(progress),
    });
  } finally {
    shown.end();
  }
}

/** A path that cannot be imported at all costs no other; what stops every import is thrown on. */
function reportUnusable(error: unknown): null {
  if (!(error instanceof HoldfastError) || !UNUSABLE.includes(error.code)) throw error;
  console.error(`${error.code}: ${error.message}`);
  return null;
}
