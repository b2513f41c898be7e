import type { RawEntry } from '../domain/archive-record.js';

/** Records of a file on their way to the thread that understands them. */
export interface RecordBatch {
  /** All records behind each other. */
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
  readonly lines: readonly number[];
  /** The file may be resumed behind this offset and line once every record of the batch has its outcome. */
  readonly endOffset: number;
  readonly endLine: number;
  /** By position, where one of these is set. */
  readonly oddities: readonly (readonly [index: number, oddity: Pick<RawEntry, 'isUnterminated' | 'excessBytes' | 'excess'>])[];
}

/** Collects entries until there are enough of them for one trip. */
export class RecordBatcher {
  private entries: RawEntry[] = [];
  private byteCount = 0;

  constructor(
    private readonly largestCount: number,
    private readonly largestBytes: number,
  ) {}

  add(entry: RawEntry): void {
    this.entries.push(entry);
    this.byteCount += entry.bytes.length;
  }

  get isFull(): boolean {
    return this.entries.length >= this.largestCount || this.byteCount >= this.largestBytes;
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** What was collected; begins anew. */
  take(): RecordBatch {
    const bytes = Buffer.allocUnsafeSlow(this.byteCount);
    const ends: number[] = [];
    let end = 0;
    for (const entry of this.entries) {
      bytes.set(entry.bytes, end);
      ends.push((end += entry.bytes.length));
    }
    const last = this.entries.at(-1);
    const batch: RecordBatch = {
      bytes,
      ends,
      lines: this.entries.map(({ line }) => line),
      endOffset: last?.endOffset ?? 0,
      endLine: last?.line ?? 0,
      oddities: this.entries.flatMap(({ isUnterminated, excessBytes, excess }, index) =>
        isUnterminated === undefined && excessBytes === undefined ? [] : [[index, { isUnterminated, excessBytes, excess }] as const],
      ),
    };
    this.entries = [];
    this.byteCount = 0;
    return batch;
  }
}

export function entriesOf(batch: RecordBatch): RawEntry[] {
  const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
  const oddities = new Map(batch.oddities);
  return batch.ends.map((end, index) => {
    const entry = { bytes: bytes.subarray(batch.ends[index - 1] ?? 0, end), line: batch.lines[index]!, endOffset: batch.endOffset };
    const oddity = oddities.get(index);
    return oddity === undefined ? entry : { ...entry, ...oddity };
  });
}
