import { HoldfastError } from '../errors/errors.js';
import { pickImporter } from '../importers/index.js';
import { ArchiveFile } from './archive-file.js';
import type { FoundArchive } from './find-archive-files.js';
import type { ClaimedArchive, ClaimedFile } from './run-tracker.js';

/**
 * Finds an importer for each file. In a directory a file that cannot be opened, or that several formats claim, costs no other;
 * a single one throws IMPORT_FILE_UNREADABLE or IMPORT_FORMAT_UNKNOWN.
 */
export async function claimFiles({ name, files, isDirectory }: FoundArchive, format: string | null): Promise<ClaimedArchive> {
  const claimed: ClaimedFile[] = [];
  const unreadable: { name: string; problem: string }[] = [];
  const unclaimed: { name: string; path: string }[] = [];
  for (const file of files) {
    try {
      const archive = await ArchiveFile.open(file.path, file.name);
      const picked = pickImporter(await archive.head(), format);
      if (picked === null) unclaimed.push(file);
      else claimed.push({ archive, format: picked.importer.format, why: picked.why });
    } catch (error) {
      if (!isDirectory || !(error instanceof HoldfastError)) throw error;
      unreadable.push({ name: file.name, problem: error.message });
    }
  }
  return { name, claimed, unreadable, unclaimed };
}
