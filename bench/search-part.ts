import { cutSearches, SHAPES, type BenchSearch, type Shape } from './literals.js';
import { openInProcess } from './in-process-search.js';
import { percentile } from './percentile.js';
import { milliseconds, table, whole, type Report } from './report.js';
import { runSearch, type SearchOutcome } from './search-requests.js';
import type { Workspace } from './workspace.js';

/** Searches a shape, as the promises say. */
export const SEARCHES_PER_SHAPE = 200;
/**
 * Searches a shape that bring the server to its running state, where V8 has compiled what is used (after about a thousand requests) and
 * pages are mapped; others than the measured ones, so that no answer is already there.
 */
const WARM_UP = 150;
/** Up to here a search counts as usual. */
export const USUAL_HITS = 50_000;

type ShapeOutcomes = ReadonlyMap<Shape, readonly SearchOutcome[]>;

/**
 * A page of 20 with highlights and total for every shape, one request at a time: first all of them over HTTP, then all by the
 * service in this process. Shapes take turns, so that whatever else the machine does falls on all of them alike; the two ways
 * do not, because the processes of one would push the other's pages and code out of the caches of a small machine.
 */
export async function measureSearch(workspace: Workspace, report: Report): Promise<void> {
  const { sample } = workspace.prepareCorpus();
  const cut = SHAPES.map((shape) => [shape, cutSearches(sample, shape, SEARCHES_PER_SHAPE + WARM_UP, workspace.options.seed)] as const);
  const { client } = await workspace.serve();
  const overHttp = await runAll(cut, (search) => runSearch(client, search));
  const service = await openInProcess(workspace.dataDirectory);
  const inProcess = await runAll(cut, (search) => service.run(search)).finally(() => service.close());
  for (const [shape, outcomes] of overHttp) requireSameHits(outcomes, inProcess.get(shape)!);
  reportShapes(report, overHttp, inProcess);
}

async function runAll(
  cut: readonly (readonly [Shape, readonly BenchSearch[]])[],
  run: (search: BenchSearch) => Promise<SearchOutcome>,
): Promise<ShapeOutcomes> {
  const outcomes = new Map(SHAPES.map((shape) => [shape, [] as SearchOutcome[]]));
  for (let index = 0; index < SEARCHES_PER_SHAPE + WARM_UP; index += 1) {
    for (const [shape, searches] of cut) {
      const outcome = await run(searches[index]!);
      if (index >= WARM_UP) outcomes.get(shape)!.push(outcome);
    }
  }
  return outcomes;
}

function requireSameHits(overHttp: readonly SearchOutcome[], inProcess: readonly SearchOutcome[]): void {
  overHttp.forEach(({ hits }, index) => {
    const within = inProcess[index]!.hits;
    if (hits !== within) throw new Error(`${String(hits)} hits over HTTP, ${String(within)} in process`);
  });
}

function reportShapes(report: Report, overHttp: ShapeOutcomes, inProcess: ShapeOutcomes): void {
  report.note(hitTable(overHttp));
  report.note('');
  report.note(
    table(
      ['shape', 'p50', `p95, up to ${whole(USUAL_HITS)} hits`, 'p95, all', 'slowest', 'p50 in process'],
      [...overHttp].map(([shape, outcomes]) => [
        shape,
        milliseconds(percentile(times(outcomes), 0.5)),
        milliseconds(percentile(times(usual(outcomes)), 0.95)),
        milliseconds(percentile(times(outcomes), 0.95)),
        milliseconds(percentile(times(outcomes), 1)),
        milliseconds(percentile(times(inProcess.get(shape) ?? []), 0.5)),
      ]),
    ),
  );
  for (const [shape, outcomes] of overHttp) {
    const usualTime = percentile(times(usual(outcomes)), 0.95);
    const allTime = percentile(times(outcomes), 0.95);
    const difference = percentile(times(outcomes), 0.5) - percentile(times(inProcess.get(shape) ?? []), 0.5);
    const refused = outcomes.filter((outcome) => outcome.code !== null);
    if (refused.length > 0)
      report.row(`${shape}: refused`, '0', `${refused.length} (${[...new Set(refused.map((outcome) => outcome.code))].join(', ')})`, false);
    if (!Number.isNaN(usualTime))
      report.row(`${shape}: p95 up to ${whole(USUAL_HITS)} hits`, '<= 10 ms', milliseconds(usualTime), usualTime <= 10);
    report.row(`${shape}: p95 over all`, '<= 40 ms', milliseconds(allTime), allTime <= 40);
    report.row(`${shape}: p50 over HTTP less p50 in process`, '<= 3 ms', milliseconds(difference), difference <= 3);
  }
}

/** How many hits the searches of each shape have. */
function hitTable(outcomes: ShapeOutcomes): string {
  return table(
    ['shape', 'searches', 'hits: least', 'p50', 'p95', 'most', `over ${whole(USUAL_HITS)}`],
    [...outcomes].map(([shape, list]) => {
      const hits = list.flatMap((outcome) => (outcome.hits === null ? [] : [outcome.hits]));
      const at = (share: number): string => whole(percentile(hits, share));
      return [shape, String(list.length), at(0), at(0.5), at(0.95), at(1), String(hits.filter((count) => count > USUAL_HITS).length)];
    }),
  );
}

export function times(outcomes: readonly SearchOutcome[]): number[] {
  return outcomes.map((outcome) => outcome.milliseconds);
}

/** Those with a usual number of hits. */
export function usual(outcomes: readonly SearchOutcome[]): SearchOutcome[] {
  return outcomes.filter((outcome) => outcome.hits !== null && outcome.hits <= USUAL_HITS);
}
