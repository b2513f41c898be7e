import { HoldfastError } from '../errors/errors.js';
import type { ArchiveImporter, FileHead } from './archive-importer.js';
import { holdfastJsonlImporter } from './holdfast-jsonl.importer.js';
import { wecomChatdataImporter } from './wecom-chatdata.importer.js';

/** Every archive format. A new one is one file and one line here. */
export const IMPORTERS: readonly ArchiveImporter[] = [holdfastJsonlImporter, wecomChatdataImporter];

/** The importer for a file, and why it was chosen, for the report. */
export interface PickedImporter {
  readonly importer: ArchiveImporter;
  readonly why: string;
}

/** The importer of that name. Throws IMPORT_FORMAT_UNKNOWN. */
export function importerOf(format: string): ArchiveImporter {
  const importer = IMPORTERS.find((candidate) => candidate.format === format);
  if (importer === undefined) {
    const formats = IMPORTERS.map((candidate) => candidate.format);
    throw new HoldfastError('IMPORT_FORMAT_UNKNOWN', `There is no format of this name. Formats: ${formats.join(', ')}.`, { formats });
  }
  return importer;
}

/**
 * The format the caller names, or else the one that claims the file most surely; null when nobody claims it. Two that
 * claim it equally: IMPORT_FORMAT_UNKNOWN naming both, since a guess would be silent.
 */
export function pickImporter(head: FileHead, format: string | null): PickedImporter | null {
  if (format !== null) return { importer: importerOf(format), why: 'the caller named the format' };
  const claims = IMPORTERS.map((importer) => ({ importer, ...importer.claims(head) }))
    .filter(({ confidence }) => confidence > 0)
    .sort((left, right) => right.confidence - left.confidence);
  const [best, second] = claims;
  if (best === undefined) return null;
  if (second?.confidence === best.confidence) {
    const formats = claims.filter(({ confidence }) => confidence === best.confidence).map(({ importer }) => importer.format);
    throw new HoldfastError('IMPORT_FORMAT_UNKNOWN', `It may be any of ${formats.join(', ')}.`, { formats });
  }
  return { importer: best.importer, why: best.why };
}
