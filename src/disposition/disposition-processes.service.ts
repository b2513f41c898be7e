import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { stopChild } from '../config/child-of-server.js';
import { variablesOf, type Environment } from '../config/env.js';
import { workerFile } from '../config/worker-file.js';
import { HoldfastError } from '../errors/errors.js';
import type { DispositionOpening, DispositionOrder } from './disposition-order.js';

/** Milliseconds for which the next act waits for one that may just be ending. */
const PATIENCE = 2_000;

/**
 * What the API was asked to propose, run or remove, one at a time, in a process of its own (`disposition-process.ts`): neither the thread
 * nor the memory of the server takes part. When the server stops it stops behind the part at hand, and the same request goes on there.
 */
export class DispositionProcesses implements BeforeApplicationShutdown {
  private running: ChildProcess | null = null;
  private order: DispositionOrder | null = null;
  private isClosed = false;

  constructor(private readonly environment: Environment) {}

  /** Whether this server runs the proposal now. */
  isRunning(proposalId: string): boolean {
    return this.order?.act === 'run' && this.order.proposalId === proposalId;
  }

  /**
   * Answers when the first part is done, or nothing was to be done (null), or what was asked for is. Throws DISPOSITION_BUSY while another act is
   * under way, and what the act throws before that.
   */
  async start(order: DispositionOrder): Promise<string | null> {
    if (this.running !== null) await Promise.race([once(this.running, 'exit'), pause(PATIENCE)]);
    if (this.isClosed || this.running !== null) {
      throw new HoldfastError('DISPOSITION_BUSY', '', { act: this.order?.act ?? null });
    }
    const child = fork(workerFile('./disposition-process.js', import.meta.url), [], {
      env: variablesOf(this.environment),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.running = child;
    this.order = order;
    child.once('exit', () => {
      this.running = null;
      this.order = null;
    });
    child.once('error', () => child.kill('SIGKILL'));
    return opened(child, order);
  }

  /** Before the engine and the catalog are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    if (this.running !== null) await stopChild(this.running);
  }
}

function opened(child: ChildProcess, order: DispositionOrder): Promise<string | null> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the disposition ended before it began')));
    child.once('message', (opening: DispositionOpening) => {
      if ('id' in opening) resolve(opening.id);
      else if (opening.code === null) reject(new Error('the disposition failed before it began'));
      else reject(new HoldfastError(opening.code, opening.detail, opening.facts));
    });
    child.send(order, () => {});
  });
}
