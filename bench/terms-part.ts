import { naturalTerms } from './natural-terms.js';
import { whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

const TERMS = 1000;
const QUERY = `query Terms($terms: [String!]!) {
  termReport(terms: $terms) { term hitCount uniqueHitCount hitCountByCustodian { custodianId count } }
}`;

/** The report on 1,000 natural terms, each with its exact hits, unique hits and hits by custodian. */
export async function measureTerms(workspace: Workspace, report: Report): Promise<void> {
  const { sample } = workspace.prepareCorpus();
  const { client } = await workspace.serve();
  const terms = naturalTerms(sample, TERMS, workspace.options.seed);
  const answer = await client.get(QUERY, { terms });
  const lines = answer.data['termReport'] as { hitCount: number }[];
  const hits = lines.reduce((sum, line) => sum + line.hitCount, 0);
  if (lines.length !== TERMS || lines.some((line) => line.hitCount === 0)) throw new Error('a term of a message has no hit');
  const seconds = answer.milliseconds / 1000;
  report.promise(
    `termReport of ${whole(TERMS)} natural terms (${whole(hits)} hits together)`,
    workspace.targets.termReportSeconds,
    seconds,
    `${seconds.toFixed(2)} s`,
  );
}
