/** Builds dist/: src/ compiled file by file (types are checked by `npm test`), and the explorer's four files with their licenses. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run.mjs';

const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.stamp');
const EXPLORER_FILES = {
  graphiql: ['graphiql.min.js', 'graphiql.min.css', 'LICENSE'],
  react: ['umd/react.production.min.js', 'LICENSE'],
  'react-dom': ['umd/react-dom.production.min.js', 'LICENSE'],
};

/** Every file below a folder of the repository, sorted, relative to the root. */
export function filesBelow(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

/** A hash over everything that dist/ is made of. */
function stampOfSources() {
  const hash = createHash('sha256');
  for (const path of [
    '.swcrc',
    'package-lock.json',
    'scripts/build.mjs',
    ...filesBelow('src').filter((path) => !path.endsWith('.spec.ts')),
  ]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Replaces a file in one step and only if it differs, so that a program running from dist/ never sees half a file. */
function writeIfChanged(path, content) {
  const bytes = Buffer.from(content);
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}.new`, bytes);
  renameSync(`${path}.${process.pid}.new`, path);
}

/** Compiles one TypeScript file of the repository and returns what to write beside each other. */
export async function compile(path, swc) {
  const { code, map } = await swc.transformFile(join(ROOT, path), { cwd: ROOT, swcrc: true, sourceMaps: true });
  return { code, map };
}

async function compileSources() {
  const { default: swc } = await import('@swc/core');
  const written = [];
  for (const path of filesBelow('src')) {
    if (path.endsWith('.spec.ts')) continue;
    const target = join(DIST, relative('src', path));
    if (!path.endsWith('.ts')) {
      writeIfChanged(target, readFileSync(join(ROOT, path)));
      written.push(target);
      continue;
    }
    const script = target.replace(/\.ts$/, '.js');
    const { code, map } = await compile(path, swc);
    writeIfChanged(script, `${code}\n//# sourceMappingURL=${script.slice(dirname(script).length + 1)}.map\n`);
    writeIfChanged(`${script}.map`, map);
    written.push(script, `${script}.map`);
  }
  return written;
}

function copyExplorer() {
  const resolve = createRequire(import.meta.url).resolve;
  return Object.entries(EXPLORER_FILES).flatMap(([name, files]) =>
    files.map((file) => {
      const source = join(dirname(resolve(`${name}/package.json`)), file);
      const target = join(DIST, 'graphiql', file === 'LICENSE' ? `${name}.LICENSE` : file.slice(file.lastIndexOf('/') + 1));
      writeIfChanged(target, readFileSync(source));
      return target;
    }),
  );
}

/** Brings dist/ up to date; returns false if it was already. */
export async function buildIfNeeded() {
  const stamp = stampOfSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return false;
  rmSync(STAMP, { force: true });
  const kept = new Set([...(await compileSources()), ...copyExplorer()]);
  for (const path of filesBelow('dist')) {
    if (!kept.has(join(ROOT, path)) && !path.endsWith('.new')) rmSync(join(ROOT, path), { force: true });
  }
  writeIfChanged(STAMP, stamp);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log((await buildIfNeeded()) ? 'Built dist/' : 'dist/ is up to date');
}
