import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

/** Whether a path leads into a directory, links followed; neither need exist. */
export function isInside(path: string, directory: string): boolean {
  const way = relative(real(directory), real(path));
  return way === '' || (way.split(/[\\/]/)[0] !== '..' && !isAbsolute(way));
}

/** The path with the links of the part that exists followed. */
function real(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    return dirname(whole) === whole ? whole : join(real(dirname(whole)), basename(whole));
  }
}
