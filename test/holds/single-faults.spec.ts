import { describe, expect, it } from '@jest/globals';
import { isFullRun } from '../support/scale.js';
import { ANNA, COPIES, ROOM_A, ROOM_A_OR_B } from './cast.js';
import { FATES, type Fate, type Process } from './scheduler.js';
import { World } from './world.js';

const BATCH_OF_STEPS = 3;

/**
 * A run, a hold, an import that brings back and merges, a rule that keeps longer, and somebody who resumes, by turns. Before them others have
 * tried to release the hold, to shorten the rules and to destroy, and never got it committed: what they wrote can still be read.
 */
async function cast(world: World): Promise<Process[]> {
  const ghosts = [
    await world.start('ghost', async (services) => {
      await services.place(ROOM_A, 'hold');
      await services.release('hold');
    }),
    await world.start('other ghost', async (services) => services.retain('retain', ROOM_A_OR_B)),
  ];
  for (const ghost of ghosts) {
    await ghost.until(ghost.name === 'ghost' ? 'create audit-block' : 'replace retention');
    if (ghost.name === 'ghost') await ghost.past('replace hold-register');
    while (ghost.outcome === null) await ghost.step(ghost.waiting[0]!.call.isWrite && !ghost.next!.includes('audit') ? 'uncommitted' : 'plain');
  }
  return (await Promise.all([
    world.start('disposer', (services) => services.dispose()),
    world.start('placer', (services) => services.place(ANNA, 'other hold')),
    world.start('importer', (services) => services.import(COPIES.slice(0, 6))),
    world.start('lawyer', (services) => services.retain('retain', ROOM_A_OR_B)),
    world.start('resumer', async (services) => {
      await services.resume();
      await services.completeHolds();
    }),
  ]));
}

/** All by turns of a few steps, the first one a little ahead; the fault strikes one step. Null when there are no so many steps. */
async function history(lead: number, struck: number, fate: Fate): Promise<readonly string[] | null> {
  const world = await World.create();
  const processes = await cast(world);
  let steps = 0;
  const step = async (process: Process): Promise<void> => {
    if (process.outcome === null && process.isRunnable) await process.step((steps += 1) === struck ? fate : 'plain');
  };
  for (let ahead = 0; ahead < lead; ahead += 1) await step(processes[0]!);
  while (world.scheduler.processes.some(({ isRunnable }) => isRunnable)) {
    for (const process of [...world.scheduler.processes]) for (let turn = 0; turn < BATCH_OF_STEPS; turn += 1) await step(process);
  }
  if (steps < struck) return null;
  const problems = [...(await world.finishEverything()), ...world.witness.problems(), ...(await world.witness.finalProblems()), ...world.surprises()];
  return problems.length === 0 ? [] : [...problems, ...world.scheduler.trace];
}

describe('10: one fault', () => {
  const leads = isFullRun ? Array.from({ length: 30 }, (_, index) => index * 2) : [0, 30];
  it.each(FATES.filter((fate) => fate !== 'plain'))('in any step does no harm (%s)', async (fate) => {
    for (const lead of leads) {
      for (let struck = 1; ; struck += 1) {
        const problems = await history(lead, struck, fate);
        if (problems === null) break;
        expect({ lead, struck, problems }).toEqual({ lead, struck, problems: [] });
      }
    }
  }, 300_000);
});
