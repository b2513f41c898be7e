import type { ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';

/** Searches that run meanwhile go first. */
const NICENESS = 5;
/** Milliseconds that a stopped process has to finish what is at hand; killed behind it, its work goes on later all the same. */
const STOP_DEADLINE = 30_000;

/**
 * What a process that a server has started for long work begins with, before any thread does: threads take over the priority of the one that
 * makes them. The signal is given when the server wants it to stop, or is gone.
 */
export function becomeChildOfServer(): AbortSignal {
  const stop = new AbortController();
  setPriority(NICENESS);
  // A terminal sends the signal to server and child alike, and the server sends it once more.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  process.on('disconnect', () => stop.abort());
  return stop.signal;
}

/** Asks a process to stop, and resolves when it has ended. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE);
  child.kill('SIGINT');
  await exit;
  clearTimeout(timer);
}
