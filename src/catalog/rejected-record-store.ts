import type { RejectionReason } from '../domain/values.js';

/** A record that an import could not keep as a message. */
export interface RejectedRecord {
  readonly importRunId: string;
  /** As the import run names it. */
  readonly file: string;
  /** 1-based ordinal among all records of the file. */
  readonly ordinal: number;
  /** 1-based line, or ordinal in files without lines; several records may share a line. */
  readonly line: number;
  readonly reason: RejectionReason;
  /** What is wrong with it; never content. */
  readonly detail: string;
  /** The record as it stands in the file, up to `KEPT_OF_REJECTED` of it. */
  readonly bytes: Uint8Array;
  /** Bytes of the whole record. */
  readonly length: number;
  /** SHA-256 of the whole record, hex; null only where the importer could not hold it and tells none. */
  readonly sha256: string | null;
}

/** Where a record stands in its run: runs are listed by file name, then ordinal. */
export type RejectedPlace = Pick<RejectedRecord, 'file' | 'ordinal'>;

export interface RejectedRecordPage {
  /** Null: every reason. */
  readonly reason: RejectionReason | null;
  /** The page begins behind this place; null: at the first record. */
  readonly after: RejectedPlace | null;
  readonly first: number;
}

/** Every record that imports rejected, with its bytes. Single records only: nothing here spans two of them. */
export abstract class RejectedRecordStore {
  /** Synced to disk when it resolves. A record of the same run, file and ordinal is replaced. */
  abstract add(records: readonly RejectedRecord[]): Promise<void>;

  /** Forgets what was rejected behind a record of a file: that part is about to be read again. */
  abstract discardBehind(importRunId: string, place: RejectedPlace): Promise<void>;

  abstract list(importRunId: string, page: RejectedRecordPage): Promise<readonly RejectedRecord[]>;

  /** `reason` null: of every reason. */
  abstract count(importRunId: string, reason: RejectionReason | null): Promise<number>;

  abstract close(): Promise<void>;
}
