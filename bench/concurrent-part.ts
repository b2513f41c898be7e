import { join } from 'node:path';
import { generate } from './generate.js';
import { startImport } from './holdfast-process.js';
import { cutSearches, SHAPES } from './literals.js';
import { percentile } from './percentile.js';
import { milliseconds, table, whole, type Report } from './report.js';
import { runSearch, type SearchOutcome } from './search-requests.js';
import { SEARCHES_PER_SHAPE, times, usual, USUAL_HITS } from './search-part.js';
import type { Workspace } from './workspace.js';

/** Searches a shape before the import begins. */
const WARM_UP = 10;
/** Enough for an import that outlasts the searches. */
const MOST_MESSAGES = 600_000;
/** An import that has just started does not write yet. */
const SETTLING = 5000;

/** The searches of the search part again, while a second archive is imported into the same archive. */
export async function measureConcurrent(workspace: Workspace, report: Report): Promise<void> {
  const { sample, statistics } = workspace.prepareCorpus();
  const file = join(workspace.directory, 'second.jsonl');
  const messages = Math.min(statistics.messages, MOST_MESSAGES);
  generate({ file, messages, seed: workspace.options.seed + 1 });
  const { client } = await workspace.serve();
  const cut = SHAPES.map((shape) => [shape, cutSearches(sample, shape, SEARCHES_PER_SHAPE + WARM_UP, workspace.options.seed + 3)] as const);
  for (const search of cut.flatMap(([, list]) => list.slice(0, WARM_UP))) await runSearch(client, search);

  const running = startImport(workspace.deployment, file, ['--source', 'second']);
  await Promise.race([new Promise((resolve) => setTimeout(resolve, SETTLING)), running.done]);
  const outcomes = new Map(cut.map(([shape]) => [shape, [] as SearchOutcome[]]));
  // Shape after shape in turn: should the import end early, every shape has been measured.
  for (let index = WARM_UP; index < SEARCHES_PER_SHAPE + WARM_UP && running.isRunning(); index += 1) {
    for (const [shape, list] of cut) outcomes.get(shape)!.push(await runSearch(client, list[index]!));
  }
  const outlasted = running.isRunning();
  const run = await running.done;
  const all = [...outcomes.values()].flat();
  report.note(
    `${whole(all.length)} searches beside an import of ${whole(messages)} messages, which took ${run.seconds.toFixed(1)} s` +
      `${outlasted ? '' : ' and ended before the searches did'}`,
  );
  if (all.length === 0) return report.row('searches while an import runs', '-', 'the import ended too soon', null);
  report.note(
    table(
      ['shape', 'searches', 'p50', `p95, up to ${whole(USUAL_HITS)} hits`, 'p95, all'],
      [...outcomes].map(([shape, list]) => [
        shape,
        String(list.length),
        milliseconds(percentile(times(list), 0.5)),
        milliseconds(percentile(times(usual(list)), 0.95)),
        milliseconds(percentile(times(list), 0.95)),
      ]),
    ),
  );
  for (const [shape, list] of outcomes) {
    const refused = list.filter((outcome) => outcome.code !== null).length;
    const time = percentile(times(usual(list)), 0.95);
    if (Number.isNaN(time)) continue;
    report.promise(
      `${shape} while an import runs: p95 up to ${whole(USUAL_HITS)} hits`,
      workspace.targets.searchBesideImport,
      time,
      `${milliseconds(time)}${refused === 0 ? '' : `, ${refused} refused`}`,
      refused === 0,
    );
  }
}
