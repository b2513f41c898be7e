/**
 * Adds the optional packages of other platforms to package-lock.json. Some registry mirrors carry the binaries of one platform
 * only; npm then leaves the others out of the lock, and `npm ci` refuses such a lock. Run after changing packages there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const SYSTEMS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony', 'sunos', 'aix', 'netbsd', 'openbsd'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'ppc64le', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];

/** What the name of a binary package says about where it runs, e.g. `@swc/core-linux-x64-musl`; null if it says nothing. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (cpu.length === 0) return null;
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') && os.includes('linux') ? ['glibc'] : [];
  return { cpu, ...(libc.length > 0 ? { libc } : {}), ...(os.length > 0 ? { os } : {}) };
}

/** The optional packages that locked packages name by exact version but the lock does not hold. */
export function missingOptionalPackages(lock) {
  const missing = {};
  for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const isLocked = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((place) => lock.packages[place] !== undefined);
      const platform = platformOf(name);
      if (!isLocked && platform !== null && /^\d/.test(version)) {
        missing[`node_modules/${name}`] = { version, ...(lock.packages[path].dev ? { dev: true } : {}), optional: true, ...platform };
      }
    }
  }
  return missing;
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const missing = missingOptionalPackages(lock);
const packages = Object.entries({ ...lock.packages, ...missing }).sort(([left], [right]) => left.localeCompare(right, 'en'));
writeFileSync(LOCK, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
console.log(`added ${Object.keys(missing).length} packages of other platforms`);
