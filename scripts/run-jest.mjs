import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNode } from './run.mjs';

const FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/**
 * Runs Jest over our ES modules and returns its report, or null if Jest itself broke or did not end in time.
 * `show`: whether a person sees the output.
 */
export async function runJest(jestArguments, { environment = {}, show = true, timeoutMs } = {}) {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache/jest-'));
  const report = join(folder, 'report.json');
  const inherited = process.env.NODE_OPTIONS ?? '';
  try {
    await runNode(['node_modules/jest/bin/jest.js', '--json', `--outputFile=${report}`, ...jestArguments], {
      // Jest prints the report to standard output as well; people read standard error.
      stdio: ['ignore', 'ignore', show ? 'inherit' : 'ignore'],
      env: { ...process.env, ...environment, NODE_OPTIONS: [inherited, ...FLAGS].join(' ').trim() },
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' }),
    });
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
