import { hash } from 'node:crypto';
import type { RejectedRecord } from '../catalog/rejected-record-store.js';
import { KEPT_OF_REJECTED } from '../domain/archive-record.js';
import type { FileContext, Rejection } from './enrich-batch.js';
import { entriesOf, type RecordBatch } from './record-batch.js';

/**
 * The rejected records of a batch as they are kept: with the bytes that stand in the file. `recordsBefore` is how many records of
 * the file stand before the batch.
 */
export function rejectedOf(
  batch: RecordBatch,
  rejections: readonly Rejection[],
  { importRunId, file }: FileContext,
  recordsBefore: number,
): RejectedRecord[] {
  if (rejections.length === 0) return [];
  const entries = entriesOf(batch);
  return rejections.map(({ index, reason, detail }) => {
    const { bytes, line, excessBytes, excess } = entries[index]!;
    const isWhole = excessBytes === undefined;
    return {
      importRunId,
      file,
      ordinal: recordsBefore + index + 1,
      line,
      reason,
      detail,
      bytes: (isWhole ? bytes : (excess?.start ?? bytes)).subarray(0, KEPT_OF_REJECTED),
      length: excessBytes ?? bytes.length,
      sha256: isWhole ? hash('sha256', bytes, 'hex') : (excess?.sha256 ?? null),
    };
  });
}
