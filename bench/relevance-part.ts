import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { startImport } from './holdfast-process.js';
import { openInProcess, type InProcessSearch } from './in-process-search.js';
import { reciprocalRank, ndcg, type Grades } from './ranking-measures.js';
import { whole, type Report } from './report.js';

const DEPTH = 10;

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

/** Ranking quality of `match: ANY`: each set is imported as an archive of its own, each query asked of the service. */
export async function measureRelevance(datasets: string, report: Report): Promise<void> {
  report.begin('Relevance: quality');
  for (const { name, measure, target, score } of SETS) {
    const directory = join(datasets, name);
    if (!existsSync(directory)) {
      report.row(`${measure} on ${name}`, `>= ${target}`, 'the set is not there', false);
      continue;
    }
    const set = readSet(directory);
    const rankings = await rankAll(set);
    const scores = set.queries.map((query) => score(rankings.get(query.id)!, set.grades.get(query.id) ?? new Map(), DEPTH));
    const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
    report.row(`${measure} on ${name} (${whole(set.queries.length)} queries)`, `>= ${target}`, mean.toFixed(4), mean >= target);
  }
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

/** The first passages for each query, best first. */
async function rankAll(set: RetrievalSet): Promise<ReadonlyMap<string, readonly string[]>> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-relevance-'));
  try {
    const archive = join(directory, 'passages.jsonl');
    writeFileSync(archive, set.passages.map(toRecord).join(''));
    const dataDirectory = join(directory, 'data');
    await startImport(dataDirectory, archive).done;
    const service = await openInProcess(dataDirectory);
    try {
      return await askAll(service, set);
    } finally {
      await service.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function askAll(service: InProcessSearch, { queries }: RetrievalSet): Promise<ReadonlyMap<string, readonly string[]>> {
  const rankings = new Map<string, readonly string[]>();
  for (const { id, text } of queries) {
    const messages = await service.ask({ text, match: 'any', first: DEPTH });
    rankings.set(
      id,
      messages.map((message) => message.nativeId),
    );
  }
  return rankings;
}

function toRecord({ id, title, text }: Passage, index: number): string {
  const sentAt = new Date(Date.UTC(2024, 0, 1) + index * 60_000).toISOString();
  return `${JSON.stringify({ id, conversationId: 'passages', senderId: 'author', sentAt, text: `${title}\n${text}` })}\n`;
}
