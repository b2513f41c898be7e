import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Deployment, Site } from './deployment.js';
import { startImport } from './holdfast-process.js';
import { openInProcess } from './in-process-search.js';
import { reciprocalRank, ndcg, type Grades } from './ranking-measures.js';
import { whole, type Report } from './report.js';
import { SqliteSite } from './sqlite-site.js';
import type { Workspace } from './workspace.js';

const DEPTH = 10;
/** How far down a relevant passage counts as found at all. */
const CANDIDATES = 100;

interface Passage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

interface RetrievalSet {
  readonly passages: readonly Passage[];
  readonly queries: readonly { readonly id: string; readonly text: string }[];
  /** Query id -> passage id -> grade. */
  readonly grades: ReadonlyMap<string, Grades>;
}

const SETS = [
  { name: 'retrieval-stard-dev', measure: 'nDCG@10', target: 0.54, score: ndcg },
  { name: 'retrieval-cmrc2018-dev', measure: 'MRR@10', target: 0.976, score: reciprocalRank },
  { name: 'retrieval-drcd-dev', measure: 'MRR@10', target: 0.965, score: reciprocalRank },
] as const;

/** Query id -> passage ids, best first. */
type Rankings = ReadonlyMap<string, readonly string[]>;

/**
 * Ranking quality of `match: ANY`: each set is imported as an archive of its own, each query asked of the service. What is promised of
 * the embedded engine is compared with it on another one.
 */
export async function measureRelevance(workspace: Workspace, report: Report): Promise<void> {
  report.begin('Relevance: quality');
  for (const { name, measure, target, score } of SETS) {
    const directory = join(workspace.options.datasets, name);
    if (!existsSync(directory)) {
      report.row(`${measure} on ${name}`, `>= ${target}`, 'the set is not there', false);
      continue;
    }
    const set = readSet(directory);
    const rankings = await rankAll(workspace, workspace.site, set);
    const mean = meanOf(set, rankings, score);
    report.row(`${measure} on ${name} (${whole(set.queries.length)} queries)`, `>= ${target}`, mean.toFixed(4), mean >= target);
    if (workspace.elasticsearch !== null) await compareEngines(workspace, name, set, rankings, report);
  }
}

/** The same set on the embedded engine: quality and what was found at all. */
async function compareEngines(workspace: Workspace, name: string, set: RetrievalSet, rankings: Rankings, report: Report): Promise<void> {
  const embedded = await rankAll(workspace, new SqliteSite(), set);
  const [here, there] = [rankings, embedded].map((one) => meanOf(set, one, ndcg)) as [number, number];
  report.promise(
    `nDCG@${DEPTH} on ${name} against SQLite`,
    workspace.targets.rankingDifference,
    here - there,
    `${here.toFixed(4)} and ${there.toFixed(4)}`,
  );
  const [found, foundThere] = [rankings, embedded].map((one) => meanOf(set, one, recall)) as [number, number];
  report.promise(
    `relevant passages among the first ${CANDIDATES} on ${name} against SQLite`,
    workspace.targets.rankingDifference,
    found - foundThere,
    `${found.toFixed(4)} and ${foundThere.toFixed(4)}`,
  );
  const same = set.queries.filter(({ id }) => firstOf(rankings, id) === firstOf(embedded, id)).length;
  report.note(`the same first ${DEPTH} in the same order for ${whole(same)} of ${whole(set.queries.length)} queries`);
}

const firstOf = (rankings: Rankings, query: string): string => JSON.stringify(rankings.get(query)!.slice(0, DEPTH));

function meanOf(
  set: RetrievalSet,
  rankings: Rankings,
  score: (ranking: readonly string[], grades: Grades, depth: number) => number,
): number {
  const scores = set.queries.map(({ id }) => score(rankings.get(id)!, set.grades.get(id) ?? new Map(), DEPTH));
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;
}

/** Which share of the relevant passages was found; 1 if there are none. */
function recall(ranking: readonly string[], grades: Grades): number {
  const relevant = [...grades].filter(([, grade]) => grade > 0);
  const found = new Set(ranking);
  return relevant.length === 0 ? 1 : relevant.filter(([id]) => found.has(id)).length / relevant.length;
}

function readSet(directory: string): RetrievalSet {
  const lines = (name: string): string[] =>
    gunzipSync(readFileSync(join(directory, name)))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  const grades = new Map<string, Map<string, number>>();
  for (const line of readFileSync(join(directory, 'qrels.tsv'), 'utf8').split('\n').slice(1)) {
    const [query, passage, grade] = line.split('\t');
    if (query === undefined || passage === undefined) continue;
    grades.set(query, (grades.get(query) ?? new Map<string, number>()).set(passage, Number(grade)));
  }
  return {
    passages: lines('passages.jsonl.gz').map((line) => JSON.parse(line) as Passage),
    queries: lines('queries.jsonl.gz').map((line) => JSON.parse(line) as { id: string; text: string }),
    grades,
  };
}

/** The first passages for each query. */
async function rankAll({ directory }: Workspace, site: Site, set: RetrievalSet): Promise<Rankings> {
  const file = join(directory, 'passages.jsonl');
  const deployment = site.deploymentOf(directory, 'passages');
  try {
    writeFileSync(file, set.passages.map(toRecord).join(''));
    await site.clear(deployment);
    await startImport(deployment, file).done;
    return await askAll(deployment, set);
  } finally {
    await site.clear(deployment);
    rmSync(file, { force: true });
  }
}

async function askAll(deployment: Deployment, { queries }: RetrievalSet): Promise<Rankings> {
  const service = await openInProcess(deployment);
  try {
    const rankings = new Map<string, readonly string[]>();
    for (const { id, text } of queries) {
      const messages = await service.ask({ text, match: 'any', first: CANDIDATES });
      rankings.set(
        id,
        messages.map((message) => message.nativeId),
      );
    }
    return rankings;
  } finally {
    await service.close();
  }
}

function toRecord({ id, title, text }: Passage, index: number): string {
  const sentAt = new Date(Date.UTC(2024, 0, 1) + index * 60_000).toISOString();
  return `${JSON.stringify({ id, conversationId: 'passages', senderId: 'author', sentAt, text: `${title}\n${text}` })}\n`;
}
