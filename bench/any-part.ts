import { cutSearches, SHAPES } from './literals.js';
import { paragraphs } from './natural-terms.js';
import { percentile } from './percentile.js';
import { milliseconds, type Report } from './report.js';
import { runSearch, type SearchOutcome } from './search-requests.js';
import { times } from './search-part.js';
import type { Workspace } from './workspace.js';

const QUESTIONS = 100;
const QUESTION_LENGTH = 500;
const PER_SHAPE = 50;
const WARM_UP = 5;

/** Relevance: long questions of which any word may match, and every shape of search sorted by relevance. */
export async function measureAny(workspace: Workspace, report: Report): Promise<void> {
  const { sample } = workspace.prepareCorpus();
  const { seed } = workspace.options;
  const { client } = await workspace.serve();
  const questions = paragraphs(sample, QUESTION_LENGTH, QUESTIONS + WARM_UP, seed);
  const any: SearchOutcome[] = [];
  for (const text of questions) any.push(await runSearch(client, { text }, { match: 'ANY' }));
  reportRelevance(workspace, report, `ANY with a question of ${QUESTION_LENGTH} characters`, any.slice(WARM_UP));

  const sorted: SearchOutcome[] = [];
  for (const search of SHAPES.flatMap((shape) => cutSearches(sample, shape, PER_SHAPE, seed + 2))) {
    sorted.push(await runSearch(client, search, { sort: 'RELEVANCE' }));
  }
  reportRelevance(workspace, report, 'sorted by relevance, all shapes', sorted);
}

function reportRelevance(workspace: Workspace, report: Report, what: string, outcomes: readonly SearchOutcome[]): void {
  const time = percentile(times(outcomes), 0.95);
  const broad = outcomes.filter((outcome) => outcome.code === 'QUERY_TOO_BROAD').length;
  const others = [...new Set(outcomes.flatMap((outcome) => outcome.code ?? []))].filter((code) => code !== 'QUERY_TOO_BROAD');
  const facts = `p50 ${milliseconds(percentile(times(outcomes), 0.5))}, p95 ${milliseconds(time)}, slowest ${milliseconds(percentile(times(outcomes), 1))}`;
  const refusals = `${broad} of ${outcomes.length} QUERY_TOO_BROAD${others.length === 0 ? '' : `, other errors: ${others.join(', ')}`}`;
  report.promise(what, workspace.targets.relevanceTime, time, `${facts}; ${refusals}`, others.length === 0);
}
