import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './run-tool.js';

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line on an archive of its own. */
export class HoldfastCommand {
  readonly directory = mkdtempSync(join(tmpdir(), 'holdfast-command-'));
  readonly dataDir = join(this.directory, 'data');

  /** `whileRunning` gets the process, to send it a signal. */
  run(commandArguments: readonly string[], whileRunning: (child: ChildProcess) => void = () => {}): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(REPOSITORY, 'bin', 'holdfast.js'), ...commandArguments], {
        env: { ...process.env, NODE_OPTIONS: '', HOLDFAST_DATA_DIR: this.dataDir, HOLDFAST_SEARCH_PROCESSES: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const text = { out: '', err: '' };
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
      child.on('error', reject).on('close', (code) => resolve({ code, ...text }));
      whileRunning(child);
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
