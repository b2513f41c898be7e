import { Random } from '../support/random.js';
import { FATES, type Fate, type Process } from './scheduler.js';
import type { World } from './world.js';

/** Steps after which nothing goes wrong any more, and after which a history counts as endless. */
const CALM_AFTER = 3_000;
const ENDLESS_AFTER = 20_000;

/** How a history is disposed. */
interface Mood {
  /** Chances of each call. */
  readonly faults: number;
  readonly kills: number;
  readonly stalls: number;
  readonly order: 'even' | 'runs' | 'priorities';
}

const WRITES: readonly Fate[] = FATES.filter((fate) => fate !== 'plain' && fate !== 'old');
const READS: readonly Fate[] = ['lost', 'uncommitted', 'old', 'old'];
/** Of the audit an uncommitted block would break the chain: it has a suite of its own. */
const AUDIT_WRITES: readonly Fate[] = ['unanswered', 'lost', 'late', 'refused'];

/** Chooses by a seed who goes on, what goes wrong, who dies and who sleeps. */
class Fortune {
  private readonly mood: Mood;
  private readonly priorities = new Map<Process, number>();
  private lowest = 0;
  private current: Process | null = null;

  constructor(
    private readonly world: World,
    private readonly random: Random,
  ) {
    this.mood = {
      faults: random.pick([0, 0.03, 0.1, 0.25]),
      kills: random.pick([0, 0, 0.01, 0.03]),
      stalls: random.pick([0, 0.02, 0.06]),
      order: random.pick(['even', 'runs', 'priorities']),
    };
  }

  /** Until nobody can go on. */
  async run(): Promise<void> {
    const { scheduler } = this.world;
    const begun = scheduler.now;
    for (;;) {
      const runnable = scheduler.processes.filter(({ isRunnable }) => isRunnable);
      if (runnable.length === 0) return;
      if (scheduler.now - begun > ENDLESS_AFTER) throw new Error('the history does not end');
      const isCalm = scheduler.now - begun > CALM_AFTER;
      const process = this.choose(runnable);
      if (!isCalm && this.random.chance(this.mood.kills)) process.kill();
      else if (!isCalm && this.random.chance(this.mood.stalls)) process.isStalled = true;
      else await process.step(isCalm || !this.random.chance(this.mood.faults) ? 'plain' : this.fateOf(process));
    }
  }

  private choose(runnable: readonly Process[]): Process {
    if (this.mood.order === 'even') return this.random.pick(runnable);
    if (this.mood.order === 'runs') {
      if (this.current === null || !runnable.includes(this.current) || this.random.chance(0.1)) this.current = this.random.pick(runnable);
      return this.current;
    }
    for (const process of runnable) if (!this.priorities.has(process)) this.priorities.set(process, this.random.next());
    const first = runnable.reduce((one, other) => (this.priorities.get(other)! > this.priorities.get(one)! ? other : one));
    if (this.random.chance(0.05)) this.priorities.set(first, (this.lowest -= 1));
    return first;
  }

  private fateOf({ next, waiting }: Process): Fate {
    const isWrite = waiting[0]!.call.isWrite;
    if (next!.includes('audit-block')) return isWrite ? this.random.pick(AUDIT_WRITES) : 'lost';
    return this.random.pick(isWrite ? WRITES : READS);
  }
}

export interface History {
  readonly seed: number;
  readonly problems: readonly string[];
  /** What happened, step by step. */
  readonly trace: readonly string[];
  readonly steps: number;
  readonly erased: number;
}

/** One history: programs meet in an order, with faults, that the seed decides; then somebody finishes what is left, twice. */
export async function runHistory(seed: number, create: (random: Random) => Promise<World>, begin: (world: World, random: Random) => Promise<void>): Promise<History> {
  const random = new Random(seed);
  const world = await create(random);
  const { scheduler, witness } = world;
  const fortune = new Fortune(world, random);
  const problems: string[] = [];
  try {
    await begin(world, random);
    await fortune.run();
    problems.push(...(await world.finishEverything()), ...witness.problems(), ...(await witness.finalProblems()));
    const sleepers = scheduler.processes.filter(({ isStalled }) => isStalled);
    for (const process of sleepers) process.isStalled = false;
    if (problems.length === 0 && sleepers.length > 0) {
      scheduler.trace.push('--- the stalled ones go on');
      await fortune.run();
      for (const process of scheduler.processes) process.isStalled = false;
      await fortune.run();
      problems.push(...(await world.finishEverything()), ...witness.problems(), ...(await witness.finalProblems()));
    }
  } catch (error) {
    problems.push(error instanceof Error ? String(error.stack) : String(error));
  }
  await world.close();
  problems.push(...world.surprises());
  return { seed, problems, trace: scheduler.trace, steps: scheduler.now, erased: world.messages.commits.filter(({ action }) => action === 'erase').length };
}
