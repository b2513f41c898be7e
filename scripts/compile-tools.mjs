/** Compiles bench/ and test/support/, which run beside the built product. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildIfNeeded, compile, filesBelow } from './build.mjs';
import { installIfNeeded } from './install-if-needed.mjs';
import { ROOT } from './run.mjs';

/** Installs and builds what is needed and returns the folder that holds bench/ and test/support/ as JavaScript. Nothing is removed: another run may be at it. */
export async function compileTools(name) {
  const output = join(ROOT, '.cache', name);
  await installIfNeeded();
  await buildIfNeeded();
  const { default: swc } = await import('@swc/core');
  for (const path of [...filesBelow('bench'), ...filesBelow('test/support')]) {
    if (!/\.m?[jt]s$/.test(path) || /\.(spec\.ts|d\.mts)$/.test(path)) continue;
    const target = join(output, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    if (path.endsWith('.mjs')) {
      copyFileSync(join(ROOT, path), target);
      continue;
    }
    const { code } = await compile(path, swc);
    // What is measured is the built product, two folders further up from here than src/ is from bench/.
    writeFileSync(target, code.replace(/(from ['"]|import\(['"])((?:\.\.\/)+)src\//g, '$1$2../../dist/'));
  }
  return output;
}
