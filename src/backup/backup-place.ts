import { mkdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HoldfastError } from '../errors/errors.js';
import { isElsewhere, isGone, thisProcess, type ProcessMark } from '../ingest/this-process.js';
import { isOccupied, removeDirectory, syncDirectories, syncDirectory, writeFileWhole } from './backup-files.js';

const OWNER_FILE = 'being-made.json';

/** Who makes the backup in a place that is not finished. */
interface Owner {
  readonly backupId: string;
  readonly process: ProcessMark;
}

/** The directory of a backup: under another name until it is whole. */
export class BackupPlace {
  private constructor(
    readonly directory: string,
    /** Where it is made. */
    readonly partial: string,
  ) {}

  /**
   * Takes the place for a backup. What a killed attempt left there is deleted, and `discard` called with its id. Throws BACKUP_REFUSED when
   * something stands there, or another process makes a backup there.
   */
  static async take(directory: string, backupId: string, discard: (backupId: string) => Promise<void>): Promise<BackupPlace> {
    if (await isOccupied(directory)) throw new HoldfastError('BACKUP_REFUSED', 'Something stands in this directory. Name another one.');
    const partial = BackupPlace.partialOf(directory);
    const owner = await readOwner(partial);
    if (owner !== null) {
      if (!isGone(owner.process)) throw underWay(owner.process);
      await discard(owner.backupId);
    }
    await removeDirectory(partial);
    await mkdir(partial, { recursive: true, mode: 0o700 });
    await writeFileWhole(join(partial, OWNER_FILE), JSON.stringify({ backupId, process: thisProcess() } satisfies Owner));
    return new BackupPlace(directory, partial);
  }

  /** Where the backup of a directory stands while it is made, or was left by one that was killed. */
  static partialOf(directory: string): string {
    return join(dirname(directory), `.${basename(directory)}.partial`);
  }

  /** Whether a path in it is none of the backup's. */
  static isOwn(path: string): boolean {
    return path === OWNER_FILE;
  }

  /** Gives it its name: from now on it is a backup, also after a power failure. */
  async publish(): Promise<void> {
    await removeDirectory(join(this.partial, OWNER_FILE));
    await syncDirectories(this.partial);
    await rename(this.partial, this.directory);
    await syncDirectory(dirname(this.directory));
  }

  /** Deletes what there is so far. */
  async giveUp(): Promise<void> {
    await removeDirectory(this.partial);
  }
}

async function readOwner(partial: string): Promise<Owner | null> {
  const text = await readFile(join(partial, OWNER_FILE), 'utf8').catch(() => null);
  return text === null || text === '' ? null : (JSON.parse(text) as Owner);
}

function underWay(process: ProcessMark): HoldfastError {
  const certainty = isElsewhere(process) ? ' Delete what it left if it certainly has ended.' : '';
  return new HoldfastError('BACKUP_REFUSED', `Process ${process.pid} on ${process.host} makes a backup there.${certainty}`, { pid: process.pid });
}
