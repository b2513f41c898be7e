import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, with no slash at the end. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** With the exit code that a program stopped by them has. */
const STOP_SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Runs a program in the repository, showing its output, and resolves to its exit code. Nothing is asked of a person: standard input is
 * closed unless `options.stdio` says otherwise. A signal to stop goes to the program; when it has ended, so do we.
 */
export function run(command, commandArguments, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    let stoppedBy = null;
    const listeners = Object.fromEntries(
      Object.keys(STOP_SIGNALS).map((signal) => [
        signal,
        () => {
          stoppedBy = signal;
          child.kill(signal);
        },
      ]),
    );
    listeners.exit = () => child.kill();
    for (const [event, listener] of Object.entries(listeners)) process.on(event, listener);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const [event, listener] of Object.entries(listeners)) process.off(event, listener);
      if (stoppedBy !== null) process.exit(STOP_SIGNALS[stoppedBy]);
      resolve(code ?? STOP_SIGNALS[signal] ?? 137);
    });
  });
}

/** The same with this very Node: scripts and the command line of packages. */
export function runNode(nodeArguments, options = {}) {
  return run(process.execPath, nodeArguments, options);
}
