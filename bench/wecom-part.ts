import { statSync } from 'node:fs';
import { join } from 'node:path';
import { startImport, type ImportRun } from './holdfast-process.js';
import { whole, type Report } from './report.js';
import { writeWecomFiles } from './wecom-files.js';
import type { Targets } from './targets.js';
import type { Workspace } from './workspace.js';

const MEGABYTE = 1e6;
/** A memory figure is the median over this share of the file to either side. */
const WINDOW = 0.03;

/** WeCom's archive through the whole path, in both its usual files: each imported into an empty archive, then once more. */
export async function measureWecom(workspace: Workspace, report: Report): Promise<void> {
  await workspace.stopServer();
  const { targets } = workspace;
  const { messages } = workspace.prepareCorpus().statistics;
  const files = { JSONL: join(workspace.directory, 'wecom.jsonl'), envelopes: join(workspace.directory, 'wecom-envelopes.jsonl') };
  await writeWecomFiles(workspace.archiveFile, messages, files.JSONL, files.envelopes);
  for (const [name, file] of Object.entries(files)) {
    const archive = workspace.deploymentOf('wecom');
    const first = await startImport(archive, file).done;
    const rate = requireRecords(first, messages, 'new', 'merged') / first.seconds;
    report.promise(
      `WeCom ${name}: ${whole(messages)} records`,
      targets.wecomRate,
      rate,
      `${whole(rate)}/s (${first.seconds.toFixed(1)} s)`,
    );
    reportMemory(targets, name, first, statSync(file).size, report);
    const again = await startImport(archive, file).done;
    const ratio = requireRecords(again, messages, 'duplicate') / again.seconds / rate;
    report.promise(`WeCom ${name}: the same file again`, targets.wecomAgain, ratio, `${ratio.toFixed(2)}x (${again.seconds.toFixed(1)} s)`);
    await workspace.clear(archive);
  }
}

/** How many records there were. An import that left something out would be measured wrong. */
function requireRecords({ output }: ImportRun, records: number, ...outcomes: readonly string[]): number {
  const { runs } = JSON.parse(output) as { runs: { tally: { counts: Record<string, number> } }[] };
  const counts = runs[0]?.tally.counts ?? {};
  const kept = outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
  if (kept !== records) throw new Error(`${kept} of ${records} records became ${outcomes.join(' or ')}: ${JSON.stringify(counts)}`);
  return records;
}

function reportMemory(targets: Targets, name: string, { sampler }: ImportRun, bytes: number, report: Report): void {
  const around = (share: number): number => sampler.medianWhileReading((share - WINDOW) * bytes, (share + WINDOW) * bytes) / MEGABYTE;
  const quarter = around(0.25);
  const end = around(1);
  const peak = sampler.peakBytes / MEGABYTE;
  const change = end / quarter - 1;
  const measured = `${whole(quarter)} and ${whole(end)} MB (${(change * 100).toFixed(1)} %)`;
  report.promise(`WeCom ${name}: memory at 25 % and at 100 % of the file`, targets.wecomMemoryChange, change, measured);
  report.promise(`WeCom ${name}: memory, most`, targets.wecomMemory, peak, `${whole(peak)} MB`);
}
