import { expect } from '@jest/globals';
import type { Random } from '../support/random.js';
import { drawPrograms } from './draw-programs.js';
import { runHistory } from './random-history.js';
import type { World } from './world.js';

/** A failure names its seed, and the steps that led there; that history alone: HOLDFAST_TEST_SEED. */
const ONLY = process.env['HOLDFAST_TEST_SEED'] ?? null;

/** Histories of the seeds from 1 on, each in a world of its own; the number of messages that they destroyed. */
export async function runHistories(count: number, create: (random: Random, seed: number) => Promise<World>): Promise<number> {
  const seeds = ONLY === null ? Array.from({ length: count }, (_, index) => index + 1) : [Number(ONLY)];
  let erased = 0;
  for (const seed of seeds) {
    const history = await runHistory(seed, (random) => create(random, seed), drawPrograms);
    const trace = history.problems.length === 0 ? [] : history.trace;
    expect({ seed, problems: history.problems, trace }).toEqual({ seed, problems: [], trace: [] });
    erased += history.erased;
  }
  return erased;
}
