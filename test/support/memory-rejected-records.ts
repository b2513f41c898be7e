import {
  RejectedRecordStore,
  type RejectedPlace,
  type RejectedRecord,
  type RejectedRecordPage,
} from '../../src/catalog/rejected-record-store.js';

/** Rejected records in memory. */
export class MemoryRejectedRecords extends RejectedRecordStore {
  private records: RejectedRecord[] = [];

  override async add(records: readonly RejectedRecord[]): Promise<void> {
    for (const record of records) {
      this.records = this.records.filter((known) => known.importRunId !== record.importRunId || compare(known, record) !== 0);
      this.records.push({ ...record, bytes: Uint8Array.from(record.bytes) });
    }
    this.records.sort(compare);
  }

  override async discardBehind(importRunId: string, { file, ordinal }: RejectedPlace): Promise<void> {
    this.records = this.records.filter((known) => known.importRunId !== importRunId || known.file !== file || known.ordinal <= ordinal);
  }

  override async list(importRunId: string, { reason, after, first }: RejectedRecordPage): Promise<readonly RejectedRecord[]> {
    return this.of(importRunId, reason)
      .filter((record) => after === null || compare(record, after) > 0)
      .slice(0, first);
  }

  override async count(importRunId: string, reason: RejectedRecord['reason'] | null): Promise<number> {
    return this.of(importRunId, reason).length;
  }

  override async close(): Promise<void> {}

  private of(importRunId: string, reason: RejectedRecord['reason'] | null): RejectedRecord[] {
    return this.records.filter((record) => record.importRunId === importRunId && (reason === null || record.reason === reason));
  }
}

function compare(left: RejectedPlace, right: RejectedPlace): number {
  return left.file === right.file ? left.ordinal - right.ordinal : left.file < right.file ? -1 : 1;
}
