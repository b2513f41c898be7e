import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { HoldfastError } from '../errors/errors.js';

/** The places that matter for what may be imported over the API. */
export interface InboxPlaces {
  /** The only directory whose files may be imported; null when none is configured. */
  readonly inbox: string | null;
  /** The archive's own directory, of which nothing may be imported. */
  readonly dataDir: string;
}

/**
 * The real path of a file or directory in the inbox; relative paths begin there. Throws INBOX_NOT_CONFIGURED, IMPORT_PATH_REFUSED when
 * the path leaves the inbox, by `..` or by a link, and IMPORT_FILE_UNREADABLE when there is nothing. Outside it nothing is looked at.
 */
export async function pathInInbox(path: string, { inbox, dataDir }: InboxPlaces): Promise<string> {
  if (inbox === null) throw new HoldfastError('INBOX_NOT_CONFIGURED');
  const root = await realpath(inbox).catch(() => null);
  if (root === null) throw new HoldfastError('CONFIG_INVALID', 'HOLDFAST_INBOX_DIR is no directory.');
  const named = resolve(inbox, path);
  if (!isInside(named, resolve(inbox)) && !isInside(named, root)) throw new HoldfastError('IMPORT_PATH_REFUSED');
  const real = await realpath(named).catch(() => null);
  if (real === null) throw new HoldfastError('IMPORT_FILE_UNREADABLE', 'It is not in the inbox.');
  if (!isInside(real, root) || isInside(real, await realpath(dataDir))) throw new HoldfastError('IMPORT_PATH_REFUSED');
  return real;
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(directory, way) === path);
}
