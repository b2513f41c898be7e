import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './run.mjs';

const KEPT = join(ROOT, '.cache/mutants/original.json');

/**
 * Changes one source file at a time and can always bring it back: the original is written to .cache/ before the file is
 * touched, so even after a crash or a power cut the next start restores it.
 */
export const patchedFile = {
  /** Replaces the one place where `find` stands; returns false, changing nothing, unless it stands there exactly once. */
  patch(file, find, replace) {
    const path = join(ROOT, file);
    const original = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (find === '' || find === replace || original.split(find).length !== 2) return false;
    mkdirSync(dirname(KEPT), { recursive: true });
    const patched = original.replace(find, () => replace);
    writeFileSync(KEPT, JSON.stringify({ file, original, patched }), { flush: true });
    writeFileSync(path, patched);
    return true;
  },

  /** Brings the original back, unless somebody has edited the patched file since; returns its path, or null if nothing was patched. */
  restore() {
    if (!existsSync(KEPT)) return null;
    const { file, original, patched } = JSON.parse(readFileSync(KEPT, 'utf8'));
    const path = join(ROOT, file);
    if (existsSync(path) && readFileSync(path, 'utf8') === patched) writeFileSync(path, original);
    else console.error(`${file} is not as the mutant left it and stays as it is; check it with git diff`);
    rmSync(KEPT, { force: true });
    return file;
  },
};
