import type { HoldfastError } from '../../src/errors/errors.js';
import type { HoldRegister } from '../../src/holds/hold-register.js';
import { NAMES, messageOf } from './cast.js';
import type { Fate, Process } from './scheduler.js';
import type { Services } from './services.js';
import { World, type Archive } from './world.js';

const DAY = 86_400_000;

/** A world for schedules that a test writes down step by step. */
export class RunningWorld {
  private constructor(readonly world: World) {}

  static async create(archive?: Archive): Promise<RunningWorld> {
    return new RunningWorld(await World.create(null, archive));
  }

  start<Result>(name: string, program: (services: Services) => Promise<Result>): Promise<Process<Result | HoldfastError>> {
    return this.world.start(name, program);
  }

  /** A program from its beginning to its end. */
  async done<Result>(name: string, program: (services: Services) => Promise<Result>): Promise<Result | HoldfastError> {
    return (await this.start(name, program)).finish();
  }

  /** A run that has judged its part and made its batch, and claims it next. */
  async judged(): Promise<Process> {
    const disposer = await this.start('disposer', (services) => services.dispose());
    await disposer.past('create disposition-batch');
    await disposer.until('replace hold-register');
    return disposer;
  }

  /** One that has claimed it, and has said so to the audit: it erases next. */
  async claimed(): Promise<Process> {
    const disposer = await this.judged();
    await disposer.until('erase');
    return disposer;
  }

  /** To its end, with a fate for the next few calls of a kind. */
  async finishWith(process: Process<unknown>, call: string, fate: Fate, times: number): Promise<void> {
    for (let left = times; process.outcome === null;) {
      const isStruck = left > 0 && process.next!.startsWith(call);
      if (isStruck) left -= 1;
      await process.step(isStruck ? fate : 'plain');
    }
  }

  /** Every program by turns, one call each. */
  async inTurn(...processes: readonly Process<unknown>[]): Promise<void> {
    while (processes.some(({ isRunnable }) => isRunnable)) for (const process of processes) if (process.isRunnable) await process.step();
  }

  /** Carries out what is still under way. */
  async land(): Promise<void> {
    await this.inTurn(...this.world.scheduler.processes.filter(({ name }) => name.startsWith('late')));
  }

  /** The names of the messages that stand. */
  standing(): string {
    return NAMES.filter((name) => this.world.messages.now(messageOf(name).id).kind === 'message').join('');
  }

  register(): HoldRegister {
    return this.world.catalog.latest<HoldRegister>('hold-register', 'register')!.value;
  }

  /** The states of the register's entries, in order. */
  holdStates(): string[] {
    return this.register().entries.map(({ state }) => state);
  }

  outcomes(): string[] {
    return this.world.witness.imports.map(({ outcome }) => outcome);
  }

  /** Lets time pass. */
  days(count: number): void {
    this.world.scheduler.time += count * DAY;
  }

  /** How many states old copies lag behind; by default they are as they were at first. */
  lag(states: number): void {
    this.world.scheduler.lag = states;
  }

  /** Somebody finishes everything; throws, with all that happened, if a promise was broken. */
  async end(): Promise<void> {
    const { witness, scheduler } = this.world;
    const problems = [...(await this.world.finishEverything()), ...witness.problems(), ...(await witness.finalProblems()), ...this.world.surprises()];
    await this.world.close();
    if (problems.length > 0) throw new Error([...problems, ...scheduler.trace].join('\n'));
  }
}
