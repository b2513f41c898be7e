import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Names a process in a stored record, so that others can tell whether it still works on it. */
export interface ProcessMark {
  readonly host: string;
  readonly pid: number;
  readonly token: string;
}

/** Process numbers are used again: in a container every process may be number 1. */
const PROCESS_TOKEN = randomUUID();

export function thisProcess(): ProcessMark {
  return { host: hostname(), pid: process.pid, token: PROCESS_TOKEN };
}

/** Whether the process is certainly gone. Of one on another machine nobody can tell. */
export function isGone(mark: ProcessMark): boolean {
  return mark.host === hostname() && !isAlive(mark);
}

/** Whether only that machine could tell. */
export function isElsewhere(mark: ProcessMark): boolean {
  return mark.host !== hostname();
}

function isAlive({ pid, token }: ProcessMark): boolean {
  if (pid === process.pid) return token === PROCESS_TOKEN;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
