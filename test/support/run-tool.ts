import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Runs a tool of node_modules in `folder` and returns what it printed, whatever its exit code. */
export function runTool(script: string, toolArguments: readonly string[], folder: string): Promise<string> {
  const tool = join(REPOSITORY, 'node_modules', script);
  const options = { cwd: folder, maxBuffer: 1 << 28 };
  return new Promise((resolve) => {
    execFile(process.execPath, [tool, ...toolArguments], options, (_error, stdout) => resolve(stdout));
  });
}
