import { expect } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineUnderTest } from '../../contract/engines.js';
import { HoldfastCommand } from '../../support/holdfast-command.js';

/** Messages of the first file, and changes of the second, which adds to each of them. */
export const COUNT = 10_000;
export const PHASES = ['before the first commit', 'between commits', 'during a merge', 'after the last commit'] as const;
export type Phase = (typeof PHASES)[number];

/** A failed import is begun again as often. */
const ATTEMPTS = 10;
const FILES = ['a.jsonl', 'b.jsonl'] as const;
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
  private processes: ChildProcess[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly kind: EngineUnderTest) {
    this.holdfast = new HoldfastCommand(kind);
    const line = (id: number, more: object): string =>
      `${JSON.stringify({ id: `m${id}`, conversationId: 'c', senderId: 'li', sentAt: 1_772_413_200_000 + id, text: `付款 ${id}`, ...more })}\n`;
    for (const [index, more] of [{}, { recalledAt: '2026-03-03T09:00:00+08:00' }].entries())
      writeFileSync(this.file(FILES[index]!), Array.from({ length: COUNT }, (_, id) => line(id, more)).join(''));
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

  /** Where it is, by what is committed: the messages first, then a change of each. */
  async phase(): Promise<Phase> {
    const changes = await this.kind.committedChanges(this.holdfast.dataDir);
    return PHASES[changes === 0 ? 0 : changes < COUNT ? 1 : changes < 2 * COUNT ? 2 : 3];
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
      const [first, ...later] = runs.filter(({ name }) => name === FILES[index]).reverse();
      for (const [run, expected] of [[first!, outcome] as const, ...later.map((other) => [other, 'duplicate'] as const)]) {
        expect(run).toMatchObject({ state: 'finished', tally: { counts: { read: COUNT, [expected]: COUNT, rejected: 0 } } });
      }
    }
  }

  async remove(): Promise<void> {
    await this.holdfast.remove();
  }

  private file(name: string): string {
    return join(this.holdfast.directory, name);
  }

  private async importAll(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const words = ['import', ...FILES.map((name) => this.file(name)), '--json'];
      const { code, err } = await this.holdfast.run(words, (child) => this.processes.push(child));
      if (code === 0) return;
      const said = err.replaceAll(PROGRESS, '');
      expect([code, said]).toEqual([2, expect.stringMatching(CLEAR_ERROR)]);
      this.failures.push(said.trim());
    }
    throw new Error(`the import failed ${ATTEMPTS} times`);
  }
}
