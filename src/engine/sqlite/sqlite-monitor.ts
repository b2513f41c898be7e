import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../errors/errors.js';
import { EngineMonitor, type CheckState, type DiskUse, type StorageCheck, type StorageStatus } from '../engine-monitor.js';
import { ARCHIVE_FILE, openArchiveForReading, readMeta, requireVersions, SCHEMA_VERSION, type Connection } from './open-database.js';

/** Free bytes below which an import may end early, and below which the audit of a day may not fit. */
const FEW_BYTES = 1_073_741_824;
const TOO_FEW_BYTES = 67_108_864;

/** Looks at the files of the embedded engine and the disk under them. */
export class SqliteMonitor extends EngineMonitor {
  constructor(
    private readonly dataDir: string,
    private readonly foldVersion: string,
  ) {
    super();
  }

  override async check(): Promise<readonly StorageCheck[]> {
    return [this.checkVersion(), await this.checkDisk(), await this.checkAccess()];
  }

  override async status(): Promise<StorageStatus> {
    const [version, foldVersion] = this.inArchive((archive) => [
      archive.prepare<[], string>('SELECT sqlite_version()').pluck().get()!,
      String(readMeta(archive, 'foldVersion')),
    ]) ?? ['', this.foldVersion];
    return {
      serverVersions: version === '' ? [] : [version],
      index: ARCHIVE_FILE,
      bytes: await this.bytes(),
      shards: null,
      replicas: null,
      health: null,
      disks: [await this.disk()],
      diskWatermarks: null,
      schema: SCHEMA_VERSION,
      foldVersion: foldVersion,
    };
  }

  override async close(): Promise<void> {}

  private checkVersion(): StorageCheck {
    const name = 'indexVersion';
    try {
      this.inArchive((archive) => requireVersions(archive, this.foldVersion));
      return { name, state: 'ok', problem: null };
    } catch (error) {
      return { name, state: 'failed', problem: error instanceof HoldfastError ? error.message : 'The archive cannot be read.' };
    }
  }

  private async checkDisk(): Promise<StorageCheck> {
    const state = await this.disk().then(
      (disk) => disk.state,
      () => 'failed' as const,
    );
    const problem = { ok: null, warning: 'The disk is nearly full.', failed: 'The disk is full, or cannot be asked.' }[state];
    return { name: 'disk', state, problem };
  }

  private async checkAccess(): Promise<StorageCheck> {
    const isWritable = await access(this.dataDir, constants.W_OK).then(
      () => true,
      () => false,
    );
    return isWritable
      ? { name: 'writeBlock', state: 'ok', problem: null }
      : { name: 'writeBlock', state: 'failed', problem: 'The data directory cannot be written to.' };
  }

  private async disk(): Promise<DiskUse> {
    const { bsize, blocks, bavail } = await statfs(this.dataDir);
    const freeBytes = bsize * bavail;
    return { place: 'HOLDFAST_DATA_DIR', totalBytes: bsize * blocks, freeBytes, state: stateOf(freeBytes) };
  }

  /** Of the databases, with what is not yet merged into them. */
  private async bytes(): Promise<number> {
    const names = (await readdir(this.dataDir)).filter((name) => name.includes('.sqlite'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(this.dataDir, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Null when there is no archive yet. */
  private inArchive<Value>(look: (archive: Connection) => Value): Value | null {
    const archive = openArchiveForReading(this.dataDir);
    if (archive === null) return null;
    try {
      return look(archive);
    } finally {
      archive.close();
    }
  }
}

function stateOf(freeBytes: number): CheckState {
  if (freeBytes < TOO_FEW_BYTES) return 'failed';
  return freeBytes < FEW_BYTES ? 'warning' : 'ok';
}
