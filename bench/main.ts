import { PARTS, readArguments, type Part } from './arguments.js';
import { measureAny } from './any-part.js';
import { measureConcurrent } from './concurrent-part.js';
import { measureConversation } from './conversation-part.js';
import { measureDisk } from './disk-part.js';
import { measureEvidence } from './evidence-part.js';
import { measureFacets } from './facets-part.js';
import { measureGovernance } from './governance-part.js';
import { measureImport } from './import-part.js';
import { measureLoad } from './load-part.js';
import { describeMachine } from './machine.js';
import { measurePaging } from './paging-part.js';
import { measureRelevance } from './relevance-part.js';
import { Report } from './report.js';
import { measureSearch } from './search-part.js';
import { measureStart } from './start-part.js';
import { measureTerms } from './terms-part.js';
import { measureWecom } from './wecom-part.js';
import { Workspace } from './workspace.js';

type Measure = (workspace: Workspace, report: Report) => Promise<void>;

const MEASURES: Readonly<Record<Part, { readonly title: string; readonly measure: Measure }>> = {
  import: { title: 'Import', measure: measureImport },
  disk: { title: 'Disk', measure: measureDisk },
  start: { title: 'Server start', measure: measureStart },
  search: { title: 'Search', measure: measureSearch },
  paging: { title: 'Paging', measure: measurePaging },
  facets: { title: 'Facets and histogram', measure: measureFacets },
  evidence: { title: 'Recalls and gaps', measure: measureEvidence },
  any: { title: 'Relevance: time', measure: measureAny },
  terms: { title: 'Term report', measure: measureTerms },
  concurrent: { title: 'Search while an import runs', measure: measureConcurrent },
  conversation: { title: 'Reading conversations', measure: measureConversation },
  load: { title: 'Many searches at a time', measure: measureLoad },
  wecom: { title: "WeCom's archive", measure: measureWecom },
  governance: { title: 'Holds, retention, disposition, audit', measure: measureGovernance },
};

/** Runs the chosen parts and prints every table, then all promises in one; 0 if all were met, 1 otherwise. */
async function main(): Promise<number> {
  const options = readArguments(process.argv.slice(2));
  const report = new Report((line) => console.log(line));
  const workspace = await Workspace.open(options, report);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void workspace.close().finally(() => process.exit(130)));
  try {
    report.begin(
      `Holdfast benchmark, ${options.engine}${options.parts.size === 0 ? '' : `: ${options.messages.toLocaleString('en')} messages, seed ${options.seed}`}`,
    );
    report.note(`${describeMachine()}\n${await workspace.describeEngine()}`);
    if (options.parts.size > 0) workspace.prepareCorpus();
    for (const part of PARTS.filter((name) => options.parts.has(name))) await runPart(part, workspace, report);
    if (options.relevance) await measureRelevance(workspace, report);
    console.log(`\n## All promises\n\n${report.summary()}\n`);
    if (options.keep) console.log(`kept: ${workspace.directory}`);
  } finally {
    await workspace.close();
  }
  return report.failures === 0 ? 0 : 1;
}

/** A part that fails is a missed promise; the others still run. */
async function runPart(part: Part, workspace: Workspace, report: Report): Promise<void> {
  const { title, measure } = MEASURES[part];
  report.begin(title);
  try {
    await measure(workspace, report);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report.note(reason);
    report.row(title, 'can be measured', `failed: ${reason.split('\n', 1)[0]!.slice(0, 200)}`, false);
    await workspace.stopServer();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 2;
});
