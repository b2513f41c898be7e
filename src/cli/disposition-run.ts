import { setPriority } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Command } from 'commander';
import type { RunProgress } from '../disposition/disposition.service.js';
import type { Proposal } from '../disposition/proposal.js';
import { removalLines, type Removal } from '../disposition/removal.js';
import { shownDisposition, shownRemoval } from '../disposition/shown-disposition.js';
import { withDisposition } from '../disposition/with-disposition.js';
import { toFilter } from '../filter/to-filter.js';
import { checkFilter } from '../query/check-query.js';
import { abortedByControlC } from './aborted-by-control-c.js';
import { actorOption, type ActorOptions } from './actor-option.js';
import { dispositionText } from './disposition-text.js';
import { addFilterOptions, filterOf, type FilterOptions } from './filter-options.js';
import { Progress } from './progress.js';
import { runAction, type ExitCode } from './run-action.js';
import { showTable } from './show-table.js';

interface ActOptions extends ActorOptions {
  readonly json?: true;
}

interface ApproveOptions extends ActOptions {
  readonly setHash: string;
}

interface RemoveOptions extends ActOptions {
  readonly movedArchiveDeleted?: true;
}

/** Searches that run meanwhile go first. */
const NICENESS = 5;
const INTERRUPTED = 130;

/** Adds `propose`, `approve`, `reject`, `run` and `remove` to the command `disposition`. */
export function registerDispositionRun(disposition: Command): void {
  const propose = disposition.command('propose').description('freeze what rules let go now and no hold covers, and count it');
  addFilterOptions(propose)
    .addOption(actorOption())
    .option('--json', 'the proposal as JSON')
    .action((options: ActOptions & FilterOptions) => runAction(() => proposeDisposition(options)));
  const act = (name: string, description: string): Command =>
    disposition.command(name).description(description).argument('<id>', 'the disposition').addOption(actorOption()).option('--json', 'the disposition as JSON');
  act('approve', 'agree to exactly this set, as another person than who proposed it')
    .requiredOption('--set-hash <hash>', 'of the set, as `propose` and `show` print it')
    .action((id: string, options: ApproveOptions) => runAction(() => approve(id, options)));
  act('reject', 'put an end to a disposition; what was destroyed stays destroyed').action((id: string, options: ActOptions) =>
    runAction(() => reject(id, options)),
  );
  act('run', 'destroy what was agreed to and may still be destroyed; stopped, the same command goes on')
    .addHelpText('after', '\nExit codes: 0 done, 1 done and something was kept, 2 not done, 130 interrupted.')
    .action((id: string, options: ActOptions) => runAction(() => run(id, options)));
  disposition
    .command('remove')
    .description('take the bytes of destroyed messages out of every store; stopped, the same command goes on')
    .addOption(actorOption())
    .option('--moved-archive-deleted', 'the actor says that the archive which a move to another engine has left behind is deleted')
    .option('--json', 'the removals as JSON')
    .addHelpText('after', '\nExit codes: 0 nothing is left anywhere, 1 something waits (it says for what), 2 not done, 130 interrupted.')
    .action((options: RemoveOptions) => runAction(() => remove(options)));
}

async function proposeDisposition({ as, json, ...options }: ActOptions & FilterOptions): Promise<0> {
  const filter = toFilter(filterOf(options));
  checkFilter(filter);
  return withDisposition(async ({ service }) => print(await service.propose(as, filter), json));
}

function approve(id: string, { as, setHash, json }: ApproveOptions): Promise<0> {
  return withDisposition(async ({ service }) => print(await service.approve(as, id, setHash), json));
}

function reject(id: string, { as, json }: ActOptions): Promise<0> {
  return withDisposition(async ({ service }) => print(await service.reject(as, id), json));
}

async function run(id: string, { as, json }: ActOptions): Promise<ExitCode> {
  setPriority(NICENESS);
  const signal = abortedByControlC();
  const progress = new Progress('parts');
  const totals = { destroyed: 0, kept: 0 };
  const proposal = await withDisposition(async ({ service }): Promise<Proposal | null> => {
    const steps = service.run(as, id);
    try {
      for (;;) {
        const step = await steps.next();
        if (step.done === true) return step.value;
        addUp(totals, step.value);
        progress.show({ done: step.value.proposal.nextChunk + 1, total: step.value.proposal.chunkCount });
        // The embedded engine gives signals no turn of their own.
        await nextTurn();
        if (!signal.aborted) continue;
        await steps.return(step.value.proposal);
        return null;
      }
    } finally {
      progress.end();
    }
  });
  if (proposal === null) {
    console.error(`Interrupted behind ${totals.destroyed} destroyed messages; the same command goes on.`);
    return INTERRUPTED;
  }
  console.log(json ? JSON.stringify({ ...shownDisposition(proposal), ...totals }, null, 2) : runText(proposal, totals));
  return totals.kept === 0 ? 0 : 1;
}

function addUp(totals: { destroyed: number; kept: number }, { certificate }: RunProgress): void {
  totals.destroyed += certificate.destroyed.length;
  totals.kept += certificate.kept.length;
}

function runText({ proposalId, state }: Proposal, { destroyed, kept }: { readonly destroyed: number; readonly kept: number }): string {
  const next = 'Searches find them no longer. Their bytes go with: holdfast disposition remove';
  return `${proposalId}: ${state}; ${destroyed} messages destroyed now, ${kept} kept (holdfast disposition show ${proposalId})\n${next}`;
}

async function remove({ as, movedArchiveDeleted, json }: RemoveOptions): Promise<ExitCode> {
  setPriority(NICENESS);
  const signal = abortedByControlC();
  const removals = new Map<string, Removal>();
  const progress = new Progress('pieces');
  let most = 1;
  await withDisposition(async ({ removal }) => {
    if (movedArchiveDeleted) await removal.declareMovedArchiveGone(as);
    try {
      for await (const state of removal.run(as)) {
        removals.set(state.removalId, state);
        const left = state.content?.left ?? 0;
        most = Math.max(most, left);
        progress.show({ done: most - left, total: most });
        await nextTurn();
        if (signal.aborted) break;
      }
    } finally {
      progress.end();
    }
  });
  const now = Date.now();
  const shown = [...removals.values()];
  console.log(json ? JSON.stringify(shown.map((one) => shownRemoval(one, now)), null, 2) : removalText(shown, now));
  if (signal.aborted) return INTERRUPTED;
  return shown.every(({ finishedAt }) => finishedAt !== null) ? 0 : 1;
}

function removalText(removals: readonly Removal[], now: number): string {
  if (removals.length === 0) return 'Nothing is left to be removed.';
  return removals.map((removal) => removalTable(removal, now)).join('\n\n');
}

function removalTable(removal: Removal, now: number): string {
  const { removalId, batchIds, finishedAt } = removal;
  const rows = removalLines(removal, now).map(({ store, isClosed, waitsFor, until }) => [
    store.replaceAll('_', ' '),
    isClosed ? 'gone' : `open: ${waitsFor}${until === null ? '' : ` until ${new Date(until).toISOString()}`}`,
  ]);
  const state = finishedAt === null ? 'not complete' : 'COMPLETE';
  return [`removal ${removalId} of ${batchIds.length} batches: ${state}`, ...showTable(['store', 'state'], rows)].join('\n');
}

function print(proposal: Proposal, json?: true): 0 {
  const shown = shownDisposition(proposal);
  console.log(json ? JSON.stringify(shown, null, 2) : dispositionText(shown));
  return 0;
}
