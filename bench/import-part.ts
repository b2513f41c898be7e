import { join } from 'node:path';
import type { ElasticsearchSite } from './elasticsearch-site.js';
import { generate } from './generate.js';
import { startImport, type ImportRun } from './holdfast-process.js';
import { prepareBodies, rawBulkRate, removeBodies } from './raw-bulk.js';
import { rawInsertRate } from './raw-inserts.js';
import { whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

const MEGABYTE = 1e6;
/** A memory figure is the median over this share of the file to either side. */
const WINDOW = 0.03;
/** Messages that bring a server just started to its running state, where Java has compiled what indexing uses. */
const WARM_UP = 100_000;

/** The whole import path through the command line, its memory, the same file again, and what the engine's store takes at most. */
export async function measureImport(workspace: Workspace, report: Report): Promise<void> {
  await workspace.stopServer();
  workspace.prepareCorpus();
  const site = workspace.elasticsearch;
  if (site === null) await measureOnSqlite(workspace, report);
  else await measureOnElasticsearch(workspace, site, report);
}

async function measureOnSqlite(workspace: Workspace, report: Report): Promise<void> {
  const rate = await measurePath(workspace, report);
  const raw = await rawInsertRate(workspace);
  report.note(
    `raw FTS5 inserts of the same grams: ${whole(raw.messages)} messages, ${whole(raw.inserting)}/s; with the final merge ${whole(raw.withMerge)}/s; ` +
      `processor time alone: ${whole(raw.byProcessorTime)}/s`,
  );
  const ratio = rate / raw.inserting;
  report.promise('import against raw FTS5 inserts', workspace.targets.importRatio, ratio, ratio.toFixed(2));
  await measureAgain(workspace, rate, report);
}

/** The plain loop before and after the import: a server gets faster the longer it runs. */
async function measureOnElasticsearch(workspace: Workspace, site: ElasticsearchSite, report: Report): Promise<void> {
  await warmUp(workspace);
  const bodies = await prepareBodies(workspace);
  try {
    const before = await rawBulkRate(site, bodies);
    const rate = await measurePath(workspace, report);
    await measureAgain(workspace, rate, report);
    const after = await rawBulkRate(site, bodies);
    report.note(
      `a plain _bulk loop of the ready bodies (1,000 documents a request, 2 under way, refresh off, same mapping): ` +
        `${whole(before)}/s before, ${whole(after)}/s after the import`,
    );
    const ratio = rate / ((before + after) / 2);
    report.promise('import against a plain _bulk loop', workspace.targets.importRatio, ratio, ratio.toFixed(2));
  } finally {
    removeBodies(bodies);
  }
}

/** Messages a second of the import into an empty archive. */
async function measurePath(workspace: Workspace, report: Report): Promise<number> {
  const { targets, deployment } = workspace;
  const { messages } = workspace.prepareCorpus().statistics;
  await workspace.clear(deployment);
  const run = await startImport(deployment, workspace.archiveFile).done;
  requireAll(run, messages, 'new');
  workspace.markImported();
  const rate = messages / run.seconds;
  const measured = `${whole(rate)}/s (${run.seconds.toFixed(1)} s)`;
  report.promise(`whole-path import of ${whole(messages)} messages`, targets.importRate, rate, measured);
  const { processorSeconds } = run.sampler;
  report.note(
    `processor time of the import: ${processorSeconds.toFixed(1)} s, ${whole(messages / processorSeconds)} messages a processor second`,
  );
  reportMemory(workspace, run, report);
  return rate;
}

/** Every record is known: nothing is written, but everything is read and compared. */
async function measureAgain(workspace: Workspace, rate: number, report: Report): Promise<void> {
  const { messages } = workspace.prepareCorpus().statistics;
  const again = await startImport(workspace.deployment, workspace.archiveFile).done;
  requireAll(again, messages, 'duplicate');
  const ratio = messages / again.seconds / rate;
  report.promise('the same file again', workspace.targets.importAgain, ratio, `${ratio.toFixed(2)}x (${again.seconds.toFixed(1)} s)`);
}

async function warmUp(workspace: Workspace): Promise<void> {
  const { directory, options } = workspace;
  const file = join(directory, 'warm-up.jsonl');
  generate({ file, messages: Math.min(options.messages, WARM_UP), seed: options.seed + 7 });
  const deployment = workspace.deploymentOf('warm-up');
  await startImport(deployment, file).done;
  await workspace.clear(deployment);
}

/** An import that left something out would be measured wrong. */
function requireAll({ output }: ImportRun, messages: number, outcome: 'new' | 'duplicate'): void {
  const { runs } = JSON.parse(output) as { runs: { tally: { counts: Record<'new' | 'duplicate', number> } }[] };
  const count = runs[0]?.tally.counts[outcome] ?? 0;
  if (count !== messages) throw new Error(`${count} of ${messages} messages were imported as ${outcome}`);
}

function reportMemory(workspace: Workspace, { sampler }: ImportRun, report: Report): void {
  const { targets } = workspace;
  const bytes = workspace.archiveBytes();
  const around = (share: number): number => sampler.medianWhileReading((share - WINDOW) * bytes, (share + WINDOW) * bytes) / MEGABYTE;
  const quarter = around(0.25);
  const end = around(1);
  const change = end / quarter - 1;
  const measured = `${whole(quarter)} and ${whole(end)} MB (${(change * 100).toFixed(1)} %)`;
  report.promise('memory at 25 % and at 100 % of the file', targets.importMemoryChange, change, measured);
  const peak = sampler.peakBytes / MEGABYTE;
  report.promise('memory of the import, most', targets.importMemory, peak, `${whole(peak)} MB`);
}
