import { Option, type Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { RejectedRecord } from '../catalog/rejected-record-store.js';
import { loadEnvironment } from '../config/env.js';
import { SystemClock } from '../domain/clock.js';
import { REJECTION_REASONS, type RejectionReason } from '../domain/values.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openCatalog, openRejectedRecords } from '../engine/open-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { ImportProblems } from '../ingest/import-problems.service.js';
import { ImportRunLog } from '../ingest/import-run-log.js';
import type { ImportRun } from '../ingest/import-run.js';
import { shownBytes } from '../ingest/shown-bytes.js';
import { wholeNumber } from './filter-options.js';
import { importJson } from './import-json.js';
import { importLine, importText } from './import-text.js';
import { runAction } from './run-action.js';
import { writeOut } from './write-out.js';

/** Bytes of a rejected record that people are shown. */
const PREVIEW_BYTES = 300;

interface RunsOptions {
  readonly first: number;
  readonly problems?: true;
  readonly reason?: RejectionReason;
  readonly json?: true;
}

export function registerRunsCommand(program: Command): void {
  program
    .command('runs')
    .description('list what was imported, the latest first; with an id, the whole report of that import')
    .argument('[id]', 'an import run')
    .option('--first <count>', 'runs to list', wholeNumber, 20)
    .option('--problems', 'every record that the import rejected; with --json as JSON lines, with up to 64 KiB of its bytes')
    .addOption(new Option('--reason <reason>', 'only those rejected for it').choices(REJECTION_REASONS))
    .option('--json', 'the records as JSON')
    .action((id: string | undefined, options: RunsOptions) => runAction(() => showRuns(id, options)));
}

async function showRuns(id: string | undefined, options: RunsOptions): Promise<0> {
  const { first, json, problems, reason } = options;
  if (problems !== undefined || reason !== undefined) return showProblems(id, options);
  const runs = await withCatalog((catalog) => readRuns(catalog, id, first));
  const show = id === undefined ? importLine : importText;
  if (json) console.log(JSON.stringify(runs.map(importJson), null, 2));
  else console.log(runs.length === 0 ? 'Nothing was imported yet.' : runs.map(show).join('\n'));
  return 0;
}

async function readRuns(catalog: CatalogStore, id: string | undefined, first: number): Promise<readonly ImportRun[]> {
  const log = new ImportRunLog(catalog);
  if (id === undefined) return log.list(first);
  const run = await log.find(id);
  if (run === null) throw new HoldfastError('NOT_FOUND', `import run ${id}`, { id });
  return [run];
}

async function showProblems(id: string | undefined, { reason, json }: RunsOptions): Promise<0> {
  if (id === undefined)
    throw new HoldfastError('INPUT_INVALID', 'Name the import run whose rejected records to show.', { parameters: ['id'] });
  await withCatalog(async (catalog) => {
    const records = await openRejectedRecords(engineSettings(loadEnvironment()));
    try {
      const audit = new AuditLog(catalog, new SystemClock());
      const problems = new ImportProblems(new ImportRunLog(catalog), records, audit, new AuditRefusals(audit));
      await writeOut(asLines(problems.stream(LOCAL_INVESTIGATOR, id, reason ?? null), json ? problemJson : problemText));
    } finally {
      await records.close();
    }
  });
  return 0;
}

async function* asLines(records: AsyncIterable<RejectedRecord>, show: (record: RejectedRecord) => string): AsyncGenerator<string> {
  for await (const record of records) yield `${show(record)}\n`;
}

function problemJson({ file, line, reason, detail, length, sha256, bytes }: RejectedRecord): string {
  return JSON.stringify({ file, line, reason, detail, length, sha256, isCut: bytes.length < length, bytes: base64(bytes) });
}

function problemText({ file, line, reason, detail, length, bytes }: RejectedRecord): string {
  const beginning = bytes.subarray(0, PREVIEW_BYTES);
  const isCut = beginning.length < length;
  return `${file} line ${line}  ${reason}: ${detail}\n  ${shownBytes(beginning, isCut)}${isCut ? `… (${length} bytes)` : ''}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

async function withCatalog<Result>(action: (catalog: CatalogStore) => Promise<Result>): Promise<Result> {
  const catalog = await openCatalog(engineSettings(loadEnvironment()));
  try {
    return await action(catalog);
  } finally {
    await catalog.close();
  }
}
