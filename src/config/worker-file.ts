import { fileURLToPath } from 'node:url';

/**
 * The file that a worker or child process runs. Workers always run compiled code: when the caller itself runs from
 * `src/` (tests), the file of the same name under `dist/` is taken.
 */
export function workerFile(name: string, callerUrl: string): string {
  const file = fileURLToPath(new URL(name, callerUrl));
  return callerUrl.endsWith('.ts') ? file.replace(/([\\/])src([\\/](?!.*[\\/]src[\\/]))/, '$1dist$2') : file;
}
