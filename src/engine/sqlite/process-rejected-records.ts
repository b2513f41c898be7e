import {
  RejectedRecordStore,
  type RejectedPlace,
  type RejectedRecord,
  type RejectedRecordPage,
} from '../../catalog/rejected-record-store.js';
import { workerFile } from '../../config/worker-file.js';
import type { RejectionReason } from '../../domain/values.js';
import { ProcessPool } from './process-pool.js';

/** Milliseconds for one page. */
const DEADLINE = 30_000;

/** The rejected records of the embedded engine, in a process of its own that begins with the first call: few ever ask. */
export class ProcessRejectedRecords extends RejectedRecordStore {
  private pool: ProcessPool | null = null;

  constructor(private readonly dataDir: string) {
    super();
  }

  override add(records: readonly RejectedRecord[]): Promise<void> {
    return this.call('add', [records]);
  }

  override discardBehind(importRunId: string, place: RejectedPlace): Promise<void> {
    return this.call('discardBehind', [importRunId, place]);
  }

  override list(importRunId: string, page: RejectedRecordPage): Promise<readonly RejectedRecord[]> {
    return this.call('list', [importRunId, page]);
  }

  override count(importRunId: string, reason: RejectionReason | null): Promise<number> {
    return this.call('count', [importRunId, reason]);
  }

  override async close(): Promise<void> {
    await this.pool?.close();
  }

  private call<Value>(method: string, parameters: readonly unknown[]): Promise<Value> {
    this.pool ??= new ProcessPool(workerFile('./rejected-process.js', import.meta.url), this.dataDir, 1);
    return this.pool.call(method, parameters, DEADLINE);
  }
}
