import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { HoldfastError } from '../errors/errors.js';

export interface FoundFile {
  readonly path: string;
  /** What reports call it: the base name, or the path relative to the directory. */
  readonly name: string;
}

export interface FoundArchive {
  /** Base name of what was given. */
  readonly name: string;
  /** The real directory that messages may take attachments from: the one given, or the one around the file given. */
  readonly root: string;
  readonly isDirectory: boolean;
  /** Sorted by name. */
  readonly files: readonly FoundFile[];
}

/** Left by file managers; nobody misses them in a report. */
const LITTER = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/i;

/**
 * The files to import: the one given, or all below the directory given. Links are followed to files inside it only, and never
 * to directories; nothing below `excluded` is taken. Throws IMPORT_FILE_UNREADABLE.
 */
export async function findArchiveFiles(path: string, excluded: string | null): Promise<FoundArchive> {
  const name = basename(path);
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory()) {
      return { name, root: dirname(real), isDirectory: false, files: [{ path: real, name }] };
    }
    const files = await filesBelow(real, excluded === null ? null : await realpath(excluded));
    files.sort((left, right) => (left.name < right.name ? -1 : 1));
    return { name: basename(real), root: real, isDirectory: true, files };
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError(
      'IMPORT_FILE_UNREADABLE',
      `${name}: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
      { file: name },
      { cause: error },
    );
  }
}

async function filesBelow(root: string, excluded: string | null): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (LITTER.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    if (excluded !== null && path.startsWith(excluded + sep)) continue;
    const isWanted = entry.isFile() || (entry.isSymbolicLink() && (await leadsToFileInside(path, root)));
    if (isWanted) found.push({ path, name: relative(root, path).split(sep).join('/') });
  }
  return found;
}

async function leadsToFileInside(link: string, root: string): Promise<boolean> {
  try {
    const target = await realpath(link);
    return target.startsWith(root + sep) && (await stat(target)).isFile();
  } catch {
    return false;
  }
}
