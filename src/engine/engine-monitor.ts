/** `warning`: everything works, but not for long, or not after the next failure. */
export type CheckState = 'ok' | 'warning' | 'failed';

/** One thing that must be in order where the archive is kept. */
export interface StorageCheck {
  readonly name: 'indexVersion' | 'shards' | 'disk' | 'writeBlock';
  readonly state: CheckState;
  /** What is wrong, without names of machines or paths; null when it is in order. */
  readonly problem: string | null;
}

/** One disk that the archive is kept on. */
export interface DiskUse {
  /** The node of a cluster; the data directory of the embedded engine. */
  readonly place: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly state: CheckState;
}

/** What an operator wants to know of the place where the archive is kept. Null: the engine has nothing of the kind. */
export interface StorageStatus {
  /** Versions of all nodes; of the library, where it is embedded. */
  readonly serverVersions: readonly string[];
  /** The index that searches read. */
  readonly index: string | null;
  /** Bytes on disk, all copies and old versions counted. */
  readonly bytes: number;
  readonly shards: number | null;
  /** Copies of each shard beside the first. */
  readonly replicas: number | null;
  /** `green`: all copies are there; `yellow`: all messages; `red`: messages are missing. */
  readonly health: 'green' | 'yellow' | 'red' | null;
  readonly disks: readonly DiskUse[];
  /** Disk use from which on the cluster places nothing more (low), moves shards away (high), takes no writes (floodStage). */
  readonly diskWatermarks: { readonly low: string; readonly high: string; readonly floodStage: string } | null;
  /** Version of the layout of the index, and the text rules it was made with. */
  readonly schema: number;
  readonly foldVersion: string;
}

/** Looks after the place where the archive is kept, beside the searches. Every call answers within seconds. */
export abstract class EngineMonitor {
  /** Never throws: what cannot be asked has failed. */
  abstract check(): Promise<readonly StorageCheck[]>;

  /** Throws ENGINE_UNAVAILABLE, ENGINE_ACCESS_DENIED, INDEX_CORRUPT. */
  abstract status(): Promise<StorageStatus>;

  abstract close(): Promise<void>;
}
