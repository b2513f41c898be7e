/** What an engine keeps of a backup in a place of its own; null: all of it stands in files of the backup's directory. */
export type EngineSnapshots = { readonly repository: string; readonly names: readonly string[] } | null;

/** How far a part is, in pieces of its own (pages, shards). */
export type BackupProgress = (part: string, done: number, total: number) => void;

/**
 * Copies the stores of an engine, and brings them back. What stands in files beside them (attachments, the key of the audit) is the caller's.
 * Errors: BACKUP_REFUSED, RESTORE_REFUSED, and those of the engine.
 */
export abstract class EngineBackup {
  /** Throws BACKUP_REFUSED with what to do where no backup can be made. */
  abstract requireAble(): Promise<void>;

  /**
   * Copies the messages first, then the catalog and the rejected records: each is one state of its store, and the later ones are not older.
   * What is a file goes into `directory`. `signal` stops it, throwing its reason.
   */
  abstract copy(directory: string, backupId: string, onProgress: BackupProgress, signal: AbortSignal): Promise<EngineSnapshots>;

  /** Deletes what `copy` may have kept elsewhere for this backup. */
  abstract discardCopy(backupId: string): Promise<void>;

  /** Whether nothing of an archive stands where the settings say, but for files that are not of the engine. */
  abstract isEmpty(): Promise<boolean>;

  /**
   * Brings the stores back, without any version they ever had: in `staging` what is a file, elsewhere so that nobody reads messages yet.
   * `directory`: the backup's.
   */
  abstract restore(directory: string, snapshots: EngineSnapshots, staging: string, onProgress: BackupProgress): Promise<void>;

  /** Deletes what an unfinished `restore` made elsewhere, as it noted in `staging`. */
  abstract discardRestore(staging: string): Promise<void>;

  /** Makes the messages that were brought back the archive's; again does no harm. Called when the files are in their place. */
  abstract publish(staging: string): Promise<void>;

  abstract close(): Promise<void>;
}
