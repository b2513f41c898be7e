import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Opens a plain file for reading; null when there is none. A link put there meanwhile is not followed. */
export async function openPlainFile(path: string): Promise<FileHandle | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
  } catch {
    // Missing or locked: the message says so.
  }
  await file?.close();
  return null;
}
