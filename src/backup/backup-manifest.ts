import { createReadStream } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineSnapshots } from '../engine/engine-backup.js';
import { HoldfastError } from '../errors/errors.js';
import { hashFile, writeFileWhole, type BackupFile } from './backup-files.js';

/** What a backup says of itself: `manifest.json`, written last. */
export interface BackupManifest {
  /** Raised whenever a backup is laid out in another way. */
  readonly format: 1;
  readonly backupId: string;
  /** As HOLDFAST_ENGINE names it. */
  readonly engine: string;
  /** UTC milliseconds. What was destroyed from then on is to be destroyed again behind a restore. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly snapshots: EngineSnapshots;
  /** Of the list of files, `files.jsonl`. */
  readonly files: { readonly count: number; readonly bytes: number; readonly listSha256: string };
  /** The last block of the audit when the copying began; sequence 0: there was none. */
  readonly auditHead: { readonly sequence: number; readonly hash: string };
  /** The latest signed checkpoint of the audit, as the catalog keeps it; null: there is none. */
  readonly checkpoint: unknown;
  /** The archive digest of what was copied, as `holdfast verify` prints it; null: it was not asked for, or not to be had. */
  readonly digest: string | null;
}

const MANIFEST_FILE = 'manifest.json';
const LIST_FILE = 'files.jsonl';
const FORMAT = 1;

/** Whether a path belongs to what describes the backup. */
export function isDescription(path: string): boolean {
  return path === MANIFEST_FILE || path === LIST_FILE;
}

/** Writes the list of files, line by line. */
export class FileListWriter {
  private count = 0;
  private bytes = 0;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async open(directory: string): Promise<FileListWriter> {
    const path = join(directory, LIST_FILE);
    return new FileListWriter(path, await open(path, 'wx', 0o600));
  }

  async add(file: BackupFile): Promise<void> {
    await this.file.writeFile(`${JSON.stringify(file)}\n`);
    this.count += 1;
    this.bytes += file.bytes;
  }

  /** Closes the list; what the manifest says of it. */
  async finish(): Promise<BackupManifest['files']> {
    await this.file.sync();
    await this.file.close();
    return { count: this.count, bytes: this.bytes, listSha256: (await hashFile(this.path)).sha256 };
  }
}

/** Writes the manifest; from then on the directory is a backup. Returns its SHA-256, by which it can be told from every other one. */
export async function writeManifest(directory: string, manifest: BackupManifest): Promise<string> {
  const path = join(directory, MANIFEST_FILE);
  await writeFileWhole(path, `${JSON.stringify(manifest, null, 2)}\n`);
  return (await hashFile(path)).sha256;
}

/** Throws BACKUP_INVALID when the directory has no manifest that this program knows, or the list of files is not the one it was written with. */
export async function readManifest(directory: string): Promise<{ readonly manifest: BackupManifest; readonly sha256: string }> {
  const path = join(directory, MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('BACKUP_INVALID', 'There is no manifest.json, which is written last.', {}, { cause });
  });
  const manifest = parse(text);
  const list = await hashFile(join(directory, LIST_FILE)).catch(() => null);
  if (list?.sha256 !== manifest.files.listSha256) throw new HoldfastError('BACKUP_INVALID', `${LIST_FILE} is not the one it was written with.`);
  return { manifest, sha256: (await hashFile(path)).sha256 };
}

/** The files of a backup, in order. */
export async function* readFileList(directory: string): AsyncGenerator<BackupFile> {
  for await (const line of createInterface({ input: createReadStream(join(directory, LIST_FILE)), crlfDelay: Infinity })) {
    if (line !== '') yield JSON.parse(line) as BackupFile;
  }
}

/** Throws BACKUP_INVALID for a file that is missing, or is not the one that was written. */
export async function requireFile(directory: string, { path, bytes, sha256 }: BackupFile): Promise<void> {
  const found = await hashFile(join(directory, path)).catch(() => null);
  if (found !== null && found.bytes === bytes && found.sha256 === sha256) return;
  throw new HoldfastError('BACKUP_INVALID', found === null ? `${path} is missing.` : `${path} is not the file that was written.`, { path });
}

function parse(text: string): BackupManifest {
  let manifest: Omit<BackupManifest, 'format'> & { readonly format: number };
  try {
    manifest = JSON.parse(text) as BackupManifest;
  } catch (cause) {
    throw new HoldfastError('BACKUP_INVALID', 'manifest.json cannot be read.', {}, { cause });
  }
  const { format } = manifest;
  if (format !== FORMAT) throw new HoldfastError('BACKUP_INVALID', `It has format ${format}, this program knows ${FORMAT}.`);
  return { ...manifest, format };
}
