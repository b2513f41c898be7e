import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const CHUNK = 1_048_576;

/** A file of a backup; one line of its list. */
export interface BackupFile {
  /** From the backup's directory, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Every file below a directory, as paths from it, in order; none where there is no such directory. */
export async function* filesBelow(directory: string, prefix = ''): AsyncGenerator<string> {
  const entries = await readdir(join(directory, prefix), { withFileTypes: true }).catch(ifAbsent([]));
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(directory, path);
    else if (entry.isFile()) yield path;
  }
}

/** Length and hash of a file's bytes. */
export async function hashFile(path: string): Promise<Omit<BackupFile, 'path'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Copies a file that no longer changes: by a second name where both places are on one file system and `mayLink` says so, else its bytes. False
 * when it is gone.
 */
export async function copyFileTo(from: string, to: string, mayLink: boolean): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: DIRECTORY_MODE });
  if (mayLink) {
    try {
      await link(from, to);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    }
  }
  const source = await open(from, constants.O_RDONLY).catch(ifAbsent(null));
  if (source === null) return false;
  try {
    const target = await open(to, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
    try {
      for await (const chunk of source.createReadStream({ highWaterMark: CHUNK, autoClose: false }) as AsyncIterable<Buffer>) await target.writeFile(chunk);
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  return true;
}

/** Writes a file whole: complete, or not there. */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a directory, and in all below it, last. */
export async function syncDirectories(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncDirectories(join(directory, entry.name));
  }
  await syncDirectory(directory);
}

/** Makes the names in a directory last. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Deletes a directory with all that is in it, if it is there. */
export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

/** Whether a directory is there and has anything in it. */
export async function isOccupied(path: string): Promise<boolean> {
  return (await readdir(path).catch(ifAbsent([]))).length > 0;
}

function ifAbsent<Value>(value: Value): (error: NodeJS.ErrnoException) => Value {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
