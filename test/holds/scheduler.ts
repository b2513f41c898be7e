import type { Random } from '../support/random.js';

/** One call of a process to a store: the only places where processes take turns. */
export interface Call {
  readonly action: string;
  /** A kind of the catalog and an id, or ids of messages. */
  readonly target: string;
  readonly isWrite: boolean;
}

/**
 * How a call fares. Everything but `plain` is a fault.
 * `unanswered`: carried out, its answer is lost. `lost`: not carried out, and nobody knows. `late`: no answer, and it is carried out
 * some time later. `refused`: carried out, but answered as refused. `uncommitted`: a write that no copy but one has taken: no answer, some
 * readers see it, and it is gone afterwards; a read that sees such a write. `old`: a read from a copy that lags behind.
 */
export const FATES = ['plain', 'unanswered', 'lost', 'late', 'refused', 'uncommitted', 'old'] as const;
export type Fate = (typeof FATES)[number];

/** Who made a call: a late write may land when its process has long turned to something else. */
export interface Origin {
  readonly name: string;
  /** The step at which the operation began. */
  readonly startedAt: number;
}

interface Waiting {
  readonly call: Call;
  readonly carryOut: (fate: Fate) => Promise<void>;
}

type Outcome<Result> = { readonly value: Result } | { readonly error: unknown };

/** Milliseconds after which a process that neither calls nor ends is stuck. */
const PATIENCE = 10_000;

/** An asynchronous program that stops before each of its calls until it is let go on; a process, as far as others can tell. */
export class Process<Result = unknown> {
  readonly waiting: Waiting[] = [];
  outcome: Outcome<Result> | null = null;
  /** Killed: it never goes on. */
  isDead = false;
  /** Stands still until it is woken. */
  isStalled = false;
  /** The step at which the operation under way began. */
  startedAt = 0;

  constructor(
    readonly name: string,
    private readonly scheduler: Scheduler,
  ) {}

  /** Stops here; `carryOut` is called with the fate when the process's turn has come. */
  reach<Value>(call: Call, carryOut: (fate: Fate) => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (!this.isDead) this.waiting.push({ call, carryOut: (fate) => carryOut(fate).then(resolve, reject) });
    });
  }

  /** Stops before the operation begins; from there on its decisions must respect what was in force before. */
  async begin(operation: string): Promise<void> {
    await this.reach({ action: 'begin', target: operation, isWrite: false }, async () => void (this.startedAt = this.scheduler.now));
  }

  get origin(): Origin {
    return { name: this.name, startedAt: this.startedAt };
  }

  get isRunnable(): boolean {
    return !this.isDead && !this.isStalled && this.waiting.length > 0;
  }

  /** `<action> <target>` of the next call; null when there is none. */
  get next(): string | null {
    const [waiting] = this.waiting;
    return waiting === undefined ? null : `${waiting.call.action} ${waiting.call.target}`;
  }

  /** Carries out the next call. */
  async step(fate: Fate = 'plain'): Promise<void> {
    await this.scheduler.step(this, fate);
  }

  /** Goes on until the next call begins with `call`, and stops before it. */
  async until(call: string): Promise<void> {
    while (this.outcome === null) {
      if (this.next?.startsWith(call) === true) return;
      await this.step();
    }
    throw new Error(`${this.name} ended before '${call}': ${JSON.stringify(this.outcome)} ${describeError(this.outcome)}`);
  }

  /** Goes on until just behind a call. */
  async past(call: string, fate: Fate = 'plain'): Promise<void> {
    await this.until(call);
    await this.step(fate);
  }

  /** Goes on to its end; the result, or the error. */
  async finish(): Promise<Result> {
    while (this.outcome === null) await this.step();
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }

  kill(): void {
    this.isDead = true;
    this.waiting.length = 0;
  }
}

function describeError(outcome: Outcome<unknown>): string {
  return 'error' in outcome && outcome.error instanceof Error ? String(outcome.error.stack) : '';
}

/** Lets one process at a time make one call. Whoever chooses the order decides everything that happens. */
export class Scheduler {
  readonly processes: Process[] = [];
  /** `<step> <process> <call> <fate>`, for whoever has to understand a failure. */
  readonly trace: string[] = [];
  /** Steps so far. */
  now = 0;
  /** What every clock shows, UTC milliseconds. */
  time = Date.UTC(2026, 0, 1);
  /** Without chance: how many states behind an old copy is; it is as it was at first where it has not had so many. */
  lag = Infinity;
  private lateWrites = 0;

  /** With `random`, a fault of a batch strikes each of its items by chance; without, all of them. */
  constructor(readonly random: Random | null = null) {}

  /** Starts a program; it stops before its first call. */
  async start<Result>(name: string, program: (process: Process<Result>) => Promise<Result>): Promise<Process<Result>> {
    const process = new Process<Result>(name, this);
    this.processes.push(process);
    void program(process).then(
      (value) => (process.outcome = { value }),
      (error: unknown) => (process.outcome = { error }),
    );
    await this.settled(process);
    return process;
  }

  /** A write whose answer nobody waits for, to be carried out when its turn comes. */
  later(call: Call, carryOut: () => Promise<unknown>): void {
    const process = new Process(`late-${(this.lateWrites += 1)}`, this);
    this.processes.push(process);
    void process
      .reach(call, async () => void (await carryOut()))
      .then(
        (value) => (process.outcome = { value }),
        (error: unknown) => (process.outcome = { error }),
      );
  }

  strikes(): boolean {
    return this.random?.chance(0.6) ?? true;
  }

  async step(process: Process, fate: Fate): Promise<void> {
    const waiting = process.waiting.shift();
    if (waiting === undefined) throw new Error(`${process.name} has nothing to do`);
    this.now += 1;
    const { action, target } = waiting.call;
    this.trace.push(`${this.now} ${process.name} ${action} ${target}${fate === 'plain' ? '' : ` ${fate.toUpperCase()}`}`);
    await waiting.carryOut(fate);
    await this.settled(process);
  }

  /** All that follows from the last call without another one has happened. */
  private async settled(process: Process): Promise<void> {
    await nextTurn();
    for (const began = Date.now(); process.outcome === null && !process.isDead && process.waiting.length === 0; await nextTurn()) {
      if (Date.now() - began > PATIENCE) throw new Error(`${process.name} is stuck after: ${this.trace.at(-1)}`);
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
