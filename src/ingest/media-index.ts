import { readdirSync, statSync } from 'node:fs';

/** `<md5>` or `<md5>.<ext>`, as pullers save media. */
const NAMED_BY_MD5 = /^([0-9a-f]{32})(?:\.[^.]+)?$/i;

interface KnownDirectory {
  readonly modifiedAt: number;
  readonly names: ReadonlyMap<string, string>;
}

/** Names of the files in directories of media, by the MD5 they are named after. A directory is read once, and again when it changed. */
export class MediaIndex {
  private readonly directories = new Map<string, KnownDirectory>();

  /** The name of the file in the directory, or null. `md5` is 32 hex digits in lower case. */
  nameOf(directory: string, md5: string): string | null {
    return this.namesIn(directory).get(md5) ?? null;
  }

  private namesIn(directory: string): ReadonlyMap<string, string> {
    try {
      const modifiedAt = statSync(directory).mtimeMs;
      const known = this.directories.get(directory);
      if (known?.modifiedAt === modifiedAt) return known.names;
      const names = readNames(directory);
      this.directories.set(directory, { modifiedAt, names });
      return names;
    } catch {
      // There is no such directory, or it cannot be read: its files are missing.
      return new Map();
    }
  }
}

/** The first by name where several have one MD5. */
function readNames(directory: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const name of readdirSync(directory).sort()) {
    const md5 = NAMED_BY_MD5.exec(name)?.[1]?.toLowerCase();
    if (md5 !== undefined && !names.has(md5)) names.set(md5, name);
  }
  return names;
}
