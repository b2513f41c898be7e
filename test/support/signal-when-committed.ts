import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineUnderTest } from '../contract/engines.js';

export interface Moment {
  readonly dataDir: string;
  /** As many must be committed. */
  readonly changes: number;
  /** Milliseconds before the first look. */
  readonly delay?: number;
}

/** Sends a signal to an importing process as soon as the archive has committed so many changes; false if the process was quicker. */
export async function signalWhenCommitted(
  child: ChildProcess,
  signal: NodeJS.Signals,
  kind: EngineUnderTest,
  { dataDir, changes, delay = 0 }: Moment,
): Promise<boolean> {
  await sleep(delay);
  while (child.exitCode === null && child.signalCode === null) {
    if ((await kind.committedChanges(dataDir)) >= changes) return child.kill(signal);
    await sleep(1);
  }
  return false;
}
