import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineUnderTest } from '../contract/engines.js';
import { REPOSITORY } from './run-tool.js';

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line on an archive of its own, on the engine of `onEveryEngine`; the embedded one if not given. */
export class HoldfastCommand {
  readonly directory = mkdtempSync(join(tmpdir(), 'holdfast-command-'));
  readonly dataDir = join(this.directory, 'data');

  constructor(private readonly kind?: EngineUnderTest) {}

  /** What the command line has in its environment besides our own. */
  get variables(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: '', HOLDFAST_DATA_DIR: this.dataDir, HOLDFAST_SEARCH_PROCESSES: '1', ...this.kind?.variables(this.dataDir) };
  }

  /** `whileRunning` gets the process, to send it a signal; `variables` are further ones of the environment. */
  run(
    commandArguments: readonly string[],
    whileRunning: (child: ChildProcess) => void = () => {},
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(REPOSITORY, 'bin', 'holdfast.js'), ...commandArguments], {
        env: { ...process.env, ...this.variables, ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const text = { out: '', err: '' };
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
      child.on('error', reject).on('close', (code) => resolve({ code, ...text }));
      whileRunning(child);
    });
  }

  async remove(): Promise<void> {
    await this.kind?.remove(this.dataDir);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
