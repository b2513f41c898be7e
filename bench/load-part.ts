import { GraphqlClient } from './graphql-client.js';
import { cutSearches, SHAPES, type BenchSearch } from './literals.js';
import { percentile } from './percentile.js';
import { ProcessSampler } from './process-sampler.js';
import { milliseconds, whole, type Report } from './report.js';
import { times } from './search-part.js';
import { runSearch, type SearchOutcome } from './search-requests.js';
import type { Workspace } from './workspace.js';

const CLIENTS = 50;
const DURATION = 20_000;
const PER_SHAPE = 250;
const MEGABYTE = 1e6;
const SAMPLE_INTERVAL = 100;

/** Memory of an API just started, and how much it answers, while so many clients search without a pause. */
export async function measureLoad(workspace: Workspace, report: Report): Promise<void> {
  const { sample } = workspace.prepareCorpus();
  const lists = SHAPES.map((shape) => cutSearches(sample, shape, PER_SHAPE, workspace.options.seed + 5));
  // shapes in turn
  const searches = Array.from({ length: PER_SHAPE }, (_, index) => lists.map((list) => list[index]!)).flat();
  await noteMemory(workspace, report);
  await workspace.stopServer();
  const { port, processId } = await workspace.serve();
  const clients = Array.from({ length: CLIENTS }, () => new GraphqlClient(port));
  const sampler = new ProcessSampler(processId, SAMPLE_INTERVAL);
  const outcomes: SearchOutcome[] = [];
  try {
    const begin = performance.now();
    const next = endless(searches);
    await Promise.all(
      clients.map(async (client) => {
        while (performance.now() - begin < DURATION) outcomes.push(await runSearch(client, next()));
      }),
    );
    const seconds = (performance.now() - begin) / 1000;
    const refused = [...new Set(outcomes.flatMap(({ code }) => code ?? []))];
    const answered = times(outcomes);
    report.note(
      `${whole(outcomes.length)} searches of ${CLIENTS} clients in ${seconds.toFixed(1)} s: ${whole(outcomes.length / seconds)}/s, ` +
        `p50 ${milliseconds(percentile(answered, 0.5))}, p95 ${milliseconds(percentile(answered, 0.95))}, slowest ${milliseconds(percentile(answered, 1))}` +
        `${refused.length === 0 ? '' : `; refusals: ${refused.join(', ')}`}`,
    );
    const memory = sampler.samples.map(({ bytes }) => bytes / MEGABYTE);
    const most = percentile(memory, 1);
    const measured = `most ${whole(most)} MB, median ${whole(percentile(memory, 0.5))} MB`;
    const isSound = refused.length === 0 && memory.length > 0;
    report.promise(`memory of the API at ${CLIENTS} searches at a time`, workspace.targets.loadMemory, most, measured, isSound);
  } finally {
    sampler.stop();
    for (const client of clients) client.close();
  }
}

/** What the parts before have left it at: questions bring the word list along, reports and conversations their heap. */
async function noteMemory(workspace: Workspace, report: Report): Promise<void> {
  const { processId } = await workspace.serve();
  const sampler = new ProcessSampler(processId, SAMPLE_INTERVAL);
  await new Promise((resolve) => setTimeout(resolve, 10 * SAMPLE_INTERVAL));
  sampler.stop();
  report.note(
    `memory of the server that answered the parts before, if there were any: ${whole(sampler.peakBytes / MEGABYTE)} MB; started anew for this one`,
  );
}

function endless(searches: readonly BenchSearch[]): () => BenchSearch {
  let index = 0;
  return () => searches[index++ % searches.length]!;
}
