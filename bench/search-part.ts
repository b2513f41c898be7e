import type { ElasticsearchSite } from './elasticsearch-site.js';
import { countByDefinition } from './expected-totals.js';
import type { GraphqlClient } from './graphql-client.js';
import { openInProcess } from './in-process-search.js';
import { cutSearches, SHAPES, type BenchSearch, type Shape } from './literals.js';
import { percentile } from './percentile.js';
import { recordSearches, runPlainly } from './plain-searches.js';
import { milliseconds, table, whole, type Report } from './report.js';
import { runSearch, type SearchOutcome } from './search-requests.js';
import type { Workspace } from './workspace.js';

/** Searches a shape, as the promises say. */
export const SEARCHES_PER_SHAPE = 200;
/**
 * Searches a shape that bring the server to its running state, where V8 has compiled what is used (after about a thousand requests) and
 * pages are mapped; others than the measured ones, so that no answer is already there. The Java compiler takes longer to make up its mind.
 */
const WARM_UP = { sqlite: 150, elasticsearch: 450 } as const;
/** Up to here a search counts as usual. */
export const USUAL_HITS = 50_000;
/** Searches a shape whose totals are counted again without an engine. */
const COUNTED_PER_SHAPE = 5;

type CutSearches = readonly (readonly [Shape, readonly BenchSearch[]])[];
type ShapeOutcomes = ReadonlyMap<Shape, readonly SearchOutcome[]>;

/** The same searches over HTTP and by something that has less to do. */
interface Compared {
  readonly overHttp: ShapeOutcomes;
  readonly baseline: ShapeOutcomes;
  readonly baselineName: string;
}

/** A page of 20 with highlights and total for every shape, one request at a time. Shapes take turns, so that whatever else the machine does falls on all of them alike. */
export async function measureSearch(workspace: Workspace, report: Report): Promise<void> {
  const { sample } = workspace.prepareCorpus();
  const warmUp = WARM_UP[workspace.options.engine];
  const cut = SHAPES.map((shape) => [shape, cutSearches(sample, shape, SEARCHES_PER_SHAPE + warmUp, workspace.options.seed)] as const);
  const { client } = await workspace.serve();
  const site = workspace.elasticsearch;
  const compared =
    site === null ? await besideService(workspace, client, cut) : await besidePlainClient(workspace, site, client, cut, report);
  for (const [shape, outcomes] of compared.overHttp) requireSameHits(outcomes, compared.baseline.get(shape)!, compared.baselineName);
  reportShapes(workspace, report, compared);
  await reportTotals(workspace, report, compared.overHttp);
}

/**
 * First all of them over HTTP, then all by the service in this process: taking turns, the processes of one would push the other's
 * pages and code out of the caches of a small machine.
 */
async function besideService(workspace: Workspace, client: GraphqlClient, cut: CutSearches): Promise<Compared> {
  const overHttp = newOutcomes();
  await eachMeasured(cut, WARM_UP.sqlite, async (search, keep) => keep(overHttp, await runSearch(client, search)));
  const baseline = newOutcomes();
  const service = await openInProcess(workspace.deployment);
  await eachMeasured(cut, WARM_UP.sqlite, async (search, keep) => keep(baseline, await service.run(search))).finally(() => service.close());
  return { overHttp, baseline, baselineName: 'in process' };
}

/** Both ways take turns, search by search: both wait for the same server, and whatever it does besides falls on both alike. */
async function besidePlainClient(
  workspace: Workspace,
  site: ElasticsearchSite,
  client: GraphqlClient,
  cut: CutSearches,
  report: Report,
): Promise<Compared> {
  const all = cut.flatMap(([, searches]) => searches);
  const { pages, requestsEach } = await recordSearches(site, workspace.deployment, all);
  report.note(
    `requests to the server for one search: ${requestsEach}; a plain client sends the (first) search again, byte for byte, in turn with the whole\n`,
  );
  const overHttp = newOutcomes();
  const baseline = newOutcomes();
  let turn = 0;
  await eachMeasured(cut, WARM_UP.elasticsearch, async (search, keep) => {
    const ways = [
      async () => keep(overHttp, await runSearch(client, search)),
      async () => keep(baseline, await runPlainly(site, search, pages.get(search)!)),
    ];
    turn += 1;
    for (const way of turn % 2 === 0 ? ways : ways.reverse()) await way();
  });
  return { overHttp, baseline, baselineName: 'plain client' };
}

/** Every search once, shape after shape in turn; the outcomes of the first `warmUp` of each are not kept. */
async function eachMeasured(
  cut: CutSearches,
  warmUp: number,
  run: (search: BenchSearch, keep: (outcomes: Map<Shape, SearchOutcome[]>, outcome: SearchOutcome) => void) => Promise<void>,
): Promise<void> {
  for (let index = 0; index < SEARCHES_PER_SHAPE + warmUp; index += 1) {
    for (const [shape, searches] of cut) {
      await run(searches[index]!, (outcomes, outcome) => {
        if (index >= warmUp) outcomes.get(shape)!.push(outcome);
      });
    }
  }
}

function newOutcomes(): Map<Shape, SearchOutcome[]> {
  return new Map(SHAPES.map((shape) => [shape, []]));
}

function requireSameHits(overHttp: readonly SearchOutcome[], baseline: readonly SearchOutcome[], name: string): void {
  overHttp.forEach(({ hits }, index) => {
    const other = baseline[index]!.hits;
    if (hits !== other) throw new Error(`${String(hits)} hits over HTTP, ${String(other)} ${name}`);
  });
}

/** A search that is quick because it misses something is worth nothing. */
async function reportTotals(workspace: Workspace, report: Report, overHttp: ShapeOutcomes): Promise<void> {
  const counted = [...overHttp.values()].flatMap((outcomes) => outcomes.slice(0, COUNTED_PER_SHAPE));
  const expected = await countByDefinition(
    workspace,
    counted.map(({ search }) => search),
  );
  const wrong = counted.filter(({ hits }, index) => hits !== expected[index]).length;
  const what = `totals of ${counted.length} searches that differ from matching every message (${whole(expected.reduce((sum, count) => sum + count, 0))} hits together)`;
  report.promise(what, workspace.targets.wrongTotals, wrong, wrong === 0 ? 'none' : String(wrong));
}

function reportShapes(workspace: Workspace, report: Report, { overHttp, baseline, baselineName }: Compared): void {
  const { targets } = workspace;
  report.note(hitTable(overHttp));
  report.note('');
  report.note(
    table(
      ['shape', 'p50', `p95, up to ${whole(USUAL_HITS)} hits`, 'p95, all', 'slowest', `p50 ${baselineName}`, `p95 ${baselineName}`],
      [...overHttp].map(([shape, outcomes]) => [
        shape,
        milliseconds(percentile(times(outcomes), 0.5)),
        milliseconds(percentile(times(usual(outcomes)), 0.95)),
        milliseconds(percentile(times(outcomes), 0.95)),
        milliseconds(percentile(times(outcomes), 1)),
        milliseconds(percentile(times(baseline.get(shape) ?? []), 0.5)),
        milliseconds(percentile(times(baseline.get(shape) ?? []), 0.95)),
      ]),
    ),
  );
  for (const [shape, outcomes] of overHttp) {
    const usualTime = percentile(times(usual(outcomes)), 0.95);
    const allTime = percentile(times(outcomes), 0.95);
    const difference = percentile(times(outcomes), 0.5) - percentile(times(baseline.get(shape) ?? []), 0.5);
    const refused = outcomes.filter((outcome) => outcome.code !== null);
    if (refused.length > 0)
      report.row(`${shape}: refused`, '0', `${refused.length} (${[...new Set(refused.map((outcome) => outcome.code))].join(', ')})`, false);
    if (!Number.isNaN(usualTime))
      report.promise(`${shape}: p95 up to ${whole(USUAL_HITS)} hits`, targets.searchUsual, usualTime, milliseconds(usualTime));
    report.promise(`${shape}: p95 over all`, targets.search, allTime, milliseconds(allTime));
    report.promise(`${shape}: p50 over HTTP less p50 ${baselineName}`, targets.searchAdded, difference, milliseconds(difference));
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
