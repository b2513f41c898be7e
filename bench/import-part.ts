import { rmSync } from 'node:fs';
import { rawInsertRate } from './raw-inserts.js';
import { startImport, type ImportRun } from './holdfast-process.js';
import { whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

const MEGABYTE = 1e6;
/** A memory figure is the median over this share of the file to either side. */
const WINDOW = 0.03;

/** The whole import path through the command line, its memory, and the plain FTS5 inserts of the same grams. */
export async function measureImport(workspace: Workspace, report: Report): Promise<void> {
  await workspace.stopServer();
  const { messages } = workspace.prepareCorpus().statistics;
  rmSync(workspace.dataDirectory, { recursive: true, force: true });
  const run = await startImport(workspace.dataDirectory, workspace.archiveFile).done;
  requireAllNew(run, messages);
  workspace.markImported();
  const rate = messages / run.seconds;
  report.row(
    `whole-path import of ${whole(messages)} messages`,
    '>= 15,000 messages/s',
    `${whole(rate)}/s (${run.seconds.toFixed(1)} s)`,
    rate >= 15_000,
  );
  const { processorSeconds } = run.sampler;
  report.note(
    `processor time of the import: ${processorSeconds.toFixed(1)} s, ${whole(messages / processorSeconds)} messages a processor second`,
  );
  reportMemory(run, workspace.archiveBytes(), report);
  const raw = await rawInsertRate(workspace);
  report.note(
    `raw FTS5 inserts of the same grams: ${whole(raw.messages)} messages, ${whole(raw.inserting)}/s; with the final merge ${whole(raw.withMerge)}/s; ` +
      `processor time alone: ${whole(raw.byProcessorTime)}/s`,
  );
  const ratio = rate / raw.inserting;
  report.row('import against raw FTS5 inserts', '>= 0.35', ratio.toFixed(2), ratio >= 0.35);
}

/** An import that left something out would be measured wrong. */
function requireAllNew({ output }: ImportRun, messages: number): void {
  const { runs } = JSON.parse(output) as { runs: { tally: { counts: { read: number; new: number } } }[] };
  const counts = runs[0]?.tally.counts;
  if (counts?.new !== messages) throw new Error(`${counts?.new ?? 0} of ${messages} messages were imported as new`);
}

function reportMemory(run: ImportRun, bytes: number, report: Report): void {
  const { sampler } = run;
  const around = (share: number): number => sampler.medianWhileReading((share - WINDOW) * bytes, (share + WINDOW) * bytes) / MEGABYTE;
  const quarter = around(0.25);
  const end = around(1);
  const change = (end / quarter - 1) * 100;
  report.row(
    'memory at 25 % and at 100 % of the file',
    'within 10 %',
    `${whole(quarter)} and ${whole(end)} MB (${change.toFixed(1)} %)`,
    Math.abs(change) <= 10,
  );
  const peak = sampler.peakBytes / MEGABYTE;
  report.row('memory of the import, most', '<= 700 MB', `${whole(peak)} MB`, peak <= 700);
}
