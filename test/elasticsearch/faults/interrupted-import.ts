import { expect } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineUnderTest } from '../../contract/engines.js';
import { HoldfastCommand } from '../../support/holdfast-command.js';
import { COUNT, phaseAt, writeFilesToInterrupt, type Phase } from '../../support/import-phases.js';

/** A failed import is begun again as often. */
const ATTEMPTS = 10;
/** How a command must end that cannot go on: a code and what to do, and nothing else. */
const CLEAR_ERROR = /^(ENGINE_UNAVAILABLE|ENGINE_BUSY|ENGINE_WRITE_BLOCKED|AUDIT_UNAVAILABLE|QUERY_TIMEOUT): [^\n]+\n$/;

const PROGRESS = /^\S+: \d+ records, .* left\n/gm;

interface ShownRun {
  readonly name: string;
  readonly state: string;
  readonly tally: { readonly counts: Readonly<Record<string, number>> };
}

/** An import of two files that goes on, by itself or begun again, until all is in the archive, whatever happens to the server. */
export class InterruptedImport {
  readonly holdfast: HoldfastCommand;
  /** What the processes said that could not go on. */
  readonly failures: string[] = [];
  private readonly files: readonly string[];
  private processes: ChildProcess[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly kind: EngineUnderTest) {
    this.holdfast = new HoldfastCommand(kind);
    this.files = writeFilesToInterrupt(this.holdfast.directory);
  }

  /** Whether a process imports right now. */
  get isRunning(): boolean {
    const process = this.processes.at(-1);
    return process !== undefined && process.exitCode === null && process.signalCode === null;
  }

  /** Begins to import; `done` tells the end. */
  begin(): void {
    this.last = this.importAll();
    // Met by `done`.
    this.last.catch(() => {});
  }

  /** Resolves when an import came to its end. Throws when one failed without saying clearly why, or too often. */
  done(): Promise<void> {
    return this.last;
  }

  /** Waits until so many changes are committed, or no process imports any more. */
  async reach(changes: number): Promise<void> {
    while (this.isRunning && (await this.changes()) < changes) await sleep(2);
  }

  /** Committed changes; 0 while nobody can tell. */
  changes(): Promise<number> {
    return this.kind.committedChanges(this.holdfast.dataDir).catch(() => 0);
  }

  /** Where it is, by what is committed. */
  async phase(): Promise<Phase> {
    return phaseAt(await this.kind.committedChanges(this.holdfast.dataDir));
  }

  /** The digest of the archive; also checks that it verifies, its audit included. */
  async digest(): Promise<string> {
    const { code, out, err } = await this.holdfast.run(['verify']);
    expect([code, out, err]).toEqual([0, expect.stringContaining('rows, index and folded text agree'), expect.anything()]);
    return /archive digest: ([0-9a-f]{64})/.exec(out)![1]!;
  }

  /** However often it was interrupted: one run of each file brought every record, and those after it brought none. */
  async expectOneOutcomeEach(): Promise<void> {
    const runs = JSON.parse((await this.holdfast.run(['runs', '--first', '100', '--json'])).out) as ShownRun[];
    for (const [index, outcome] of ['new', 'merged'].entries()) {
      const [first, ...later] = runs.filter(({ name }) => name === basename(this.files[index]!)).reverse();
      for (const [run, expected] of [[first!, outcome] as const, ...later.map((other) => [other, 'duplicate'] as const)]) {
        expect(run).toMatchObject({ state: 'finished', tally: { counts: { read: COUNT, [expected]: COUNT, rejected: 0 } } });
      }
    }
  }

  async remove(): Promise<void> {
    await this.holdfast.remove();
  }

  private async importAll(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const words = ['import', ...this.files, '--json'];
      const { code, err } = await this.holdfast.run(words, (child) => this.processes.push(child));
      if (code === 0) return;
      const said = err.replaceAll(PROGRESS, '');
      expect([code, said]).toEqual([2, expect.stringMatching(CLEAR_ERROR)]);
      this.failures.push(said.trim());
    }
    throw new Error(`the import failed ${ATTEMPTS} times`);
  }
}
