import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { workerFile } from '../config/worker-file.js';
import { HoldfastError } from '../errors/errors.js';
import type { CutQuestion } from './word-worker.js';

/** Questions that may wait for the one thread. */
const QUEUE_LIMIT = 200;

/** Cuts questions into words, in one thread that starts with the first question. */
@Injectable()
export class WordPool implements OnApplicationShutdown {
  private pool: Piscina<string, CutQuestion> | null = null;

  /** The words of a text and what hits are ranked by. Throws ENGINE_BUSY. */
  async question(text: string): Promise<CutQuestion> {
    this.pool ??= new Piscina({
      filename: workerFile('word-worker.js', import.meta.url),
      minThreads: 1,
      maxThreads: 1,
      maxQueue: QUEUE_LIMIT,
    });
    if (this.pool.queueSize >= QUEUE_LIMIT) throw new HoldfastError('ENGINE_BUSY');
    return this.pool.run(text);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.destroy();
  }
}
