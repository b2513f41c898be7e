import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, run } from './run.mjs';

const readLock = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;

/** True if node_modules holds exactly what package-lock.json asks for, by npm's own record of the last installation. */
export function isInstalled() {
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return false;
  const installed = readLock('node_modules/.package-lock.json');
  return Object.entries(readLock('package-lock.json')).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other platforms are optional and rightly absent.
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

/** Installs with `npm ci` where something is missing or of another version; throws if that fails. */
export async function installIfNeeded() {
  if (isInstalled()) return;
  console.log('Installing packages (npm ci)');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { shell: process.platform === 'win32' });
  if (code !== 0) throw new Error(`npm ci ended with code ${code}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await installIfNeeded();
