import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { BlobToken } from '../domain/blob-token.js';
import type { StoredMessage } from '../domain/message.js';
import { workerFile } from '../config/worker-file.js';
import type { EngineSettings } from '../engine/open-engine.js';
import { unpackMessages, type PackedBatch, type PreparedMessage } from '../engine/prepared-batch.js';
import type { Encounter, EnrichedBatch, FileContext, LookUp, MergedBatch } from './enrich-batch.js';
import type { RecordBatch } from './record-batch.js';

export interface EnrichSettings {
  /** Where attachment bytes go. */
  readonly blobDirectory: string;
  /** Where the references to them are kept. */
  readonly engine: EngineSettings;
}

/** One call of the worker. */
export type EnrichTask =
  | { readonly kind: 'enrich'; readonly batch: RecordBatch; readonly context: FileContext; readonly questions: MessagePort | null }
  | { readonly kind: 'merge'; readonly encounters: readonly Encounter[]; readonly context: FileContext }
  | { readonly kind: 'release'; readonly tokens: readonly BlobToken[] }
  | { readonly kind: 'prepare'; readonly messages: readonly StoredMessage[] };

/**
 * Tasks handed to a thread before it has finished the first: the main thread is busy writing most of the time, and the worker must
 * not wait for it to look up.
 */
export const TASKS_IN_FLIGHT = 3;

/** The analysis of an import, in threads of its own. One thread is as fast as one writer. */
export class EnrichPool {
  private readonly pool: Piscina;

  constructor(settings: EnrichSettings, threads = 1) {
    this.pool = new Piscina({
      filename: workerFile('./enrich-worker.js', import.meta.url),
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: TASKS_IN_FLIGHT,
      workerData: settings,
    });
  }

  async enrich(batch: RecordBatch, context: FileContext, lookUp: LookUp | null): Promise<EnrichedBatch> {
    if (lookUp === null) return this.run<EnrichedBatch>({ kind: 'enrich', batch, context, questions: null });
    const { port1: answers, port2: questions } = new MessageChannel();
    answers.on('message', (ids: readonly string[]) => {
      // What cannot be looked up counts as unknown: writing it meets the same fault.
      void lookUp(ids)
        .catch(() => ids.map(() => null))
        .then((documents) => answers.postMessage(documents));
    });
    try {
      return await this.run<EnrichedBatch>({ kind: 'enrich', batch, context, questions }, [questions]);
    } finally {
      answers.close();
    }
  }

  merge(encounters: readonly Encounter[], context: FileContext): Promise<MergedBatch> {
    return this.run<MergedBatch>({ kind: 'merge', encounters, context });
  }

  release(tokens: readonly BlobToken[]): Promise<void> {
    return this.run<void>({ kind: 'release', tokens });
  }

  async prepare(messages: readonly StoredMessage[]): Promise<readonly PreparedMessage[]> {
    return unpackMessages(await this.run<PackedBatch>({ kind: 'prepare', messages }));
  }

  async close(): Promise<void> {
    // A thread that is ended while it still loads its modules takes the whole process with it.
    await this.prepare([]).catch(() => {});
    await this.pool.destroy();
  }

  private async run<Result>(task: EnrichTask, transferList: MessagePort[] = []): Promise<Result> {
    return (await this.pool.run(task, { transferList })) as Result;
  }
}
