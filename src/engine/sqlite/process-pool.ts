import { fork, type ChildProcess } from 'node:child_process';
import { HoldfastError, type ErrorCode, type ErrorFacts } from '../../errors/errors.js';

/** What travels to a process, and back. */
export interface ProcessRequest {
  readonly method: string;
  readonly parameters: readonly unknown[];
}
export type ProcessReply =
  | { readonly value: unknown }
  | { readonly error: { readonly code: ErrorCode | null; readonly detail: string; readonly facts: ErrorFacts; readonly stack: string } };

interface Call extends ProcessRequest {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly expires: number;
  timer: NodeJS.Timeout | null;
}

/** Calls that may wait before new ones are refused. */
const LONGEST_QUEUE = 2000;
/** Milliseconds before a process that ended right after its start is replaced. */
const RESTART_PAUSE = 1000;

/**
 * Runs calls in child processes, one at a time in each. A call that passes its deadline is ended by killing its process,
 * since a running SQLite call cannot be interrupted; another process takes its place.
 */
export class ProcessPool {
  private readonly idle: ChildProcess[] = [];
  private readonly all = new Set<ChildProcess>();
  private readonly queue: Call[] = [];
  private isClosed = false;

  /** `entry` is a compiled file that calls `serveCalls`; `argument` is what it gets as its first argument. */
  constructor(
    private readonly entry: string,
    private readonly argument: string,
    private readonly size: number,
  ) {
    for (let index = 0; index < size; index++) this.start();
  }

  /** Runs a method in some process. `milliseconds` counts from now, waiting included. */
  call<Value>(method: string, parameters: readonly unknown[], milliseconds: number): Promise<Value> {
    if (this.isClosed) return Promise.reject(new HoldfastError('ENGINE_UNAVAILABLE', 'It was closed.'));
    if (this.queue.length >= LONGEST_QUEUE) return Promise.reject(new HoldfastError('ENGINE_BUSY'));
    return new Promise<Value>((resolve, reject) => {
      const call: Call = {
        method, parameters, reject, resolve: resolve as (value: unknown) => void, expires: Date.now() + milliseconds, timer: null,
      };
      call.timer = setTimeout(() => this.expireWaiting(call), milliseconds);
      this.queue.push(call);
      this.next();
    });
  }

  /** The process ids, for tests that look at what they do. */
  get processIds(): readonly number[] {
    return [...this.all].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Ends all processes; waiting calls fail. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const call of this.queue.splice(0)) this.fail(call, new HoldfastError('ENGINE_UNAVAILABLE', 'It was closed.'));
    await Promise.all([...this.all].map((child) => ended(child)));
  }

  private start(): void {
    const child = fork(this.entry, [this.argument], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const startedAt = Date.now();
    this.all.add(child);
    child.once('exit', (_code, signal) => {
      this.all.delete(child);
      const position = this.idle.indexOf(child);
      if (position >= 0) this.idle.splice(position, 1);
      const didFailAtOnce = signal !== 'SIGKILL' && Date.now() - startedAt < RESTART_PAUSE;
      setTimeout(() => this.startAnother(), didFailAtOnce ? RESTART_PAUSE : 0).unref();
    });
    child.once('error', () => child.kill('SIGKILL'));
    this.idle.push(child);
    this.next();
  }

  private startAnother(): void {
    if (!this.isClosed && this.all.size < this.size) this.start();
  }

  private next(): void {
    // The one that was busy last: its code is compiled and its pages are mapped.
    while (this.idle.length > 0 && this.queue.length > 0) this.run(this.idle.pop()!, this.queue.shift()!);
  }

  private run(child: ChildProcess, call: Call): void {
    clearTimeout(call.timer!);
    const settle = (end: () => void): void => {
      clearTimeout(call.timer!);
      child.removeListener('message', onMessage).removeListener('exit', onExit);
      end();
    };
    const onMessage = (reply: ProcessReply): void => {
      settle(() => {
        this.idle.push(child);
        if ('value' in reply) call.resolve(reply.value);
        else call.reject(asError(reply.error));
        this.next();
      });
    };
    const onExit = (): void => settle(() => call.reject(new HoldfastError('ENGINE_UNAVAILABLE', 'A search process ended.')));
    call.timer = setTimeout(() => {
      settle(() => call.reject(new HoldfastError('QUERY_TIMEOUT')));
      child.kill('SIGKILL');
    }, Math.max(call.expires - Date.now(), 0));
    child.on('message', onMessage).on('exit', onExit);
    child.send({ method: call.method, parameters: call.parameters } satisfies ProcessRequest, (error) => {
      if (error !== null) child.kill('SIGKILL');
    });
  }

  private expireWaiting(call: Call): void {
    const position = this.queue.indexOf(call);
    if (position < 0) return;
    this.queue.splice(position, 1);
    call.reject(new HoldfastError('QUERY_TIMEOUT', 'It waited for other searches.'));
  }

  private fail(call: Call, error: Error): void {
    clearTimeout(call.timer!);
    call.reject(error);
  }
}

/** Answers the calls of a `ProcessPool` from an object's methods; the whole life of a child process. */
export function serveCalls(methods: Readonly<Record<string, (...parameters: never[]) => unknown>>): void {
  process.on('message', ({ method, parameters }: ProcessRequest) => {
    void reply(methods, method, parameters).then((answer) => process.send!(answer));
  });
  // the parent is gone: nobody waits for an answer any more
  process.on('disconnect', () => process.exit(0));
}

async function reply(methods: Parameters<typeof serveCalls>[0], method: string, parameters: readonly unknown[]): Promise<ProcessReply> {
  try {
    return { value: await methods[method]!(...(parameters as never[])) };
  } catch (error) {
    const known = error instanceof HoldfastError ? error : null;
    const stack = error instanceof Error ? `${error.stack}` : String(error);
    return { error: { code: known?.code ?? null, detail: known?.detail ?? '', facts: known?.facts ?? {}, stack } };
  }
}

function asError(error: { code: ErrorCode | null; detail: string; facts: ErrorFacts; stack: string }): Error {
  if (error.code !== null) return new HoldfastError(error.code, error.detail, error.facts);
  return new HoldfastError('INTERNAL', '', {}, { cause: error.stack });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}
