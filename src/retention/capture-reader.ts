import type { Message } from '../domain/message.js';
import { CaptureTimes, type CapturingRun } from './capture-times.js';

const RUNS_AT_ONCE = 500;

/** The import runs, as far as retention asks about them (`ImportRunLog`). */
export interface CapturingRuns {
  /** The latest first. */
  list(first: number, after?: string): Promise<readonly CapturingRun[]>;
  find(id: string): Promise<CapturingRun | null>;
}

/** Reads when messages were captured. A run's beginning never changes, so what was read once stays known. */
export class CaptureReader {
  private known: CaptureTimes | null = null;

  constructor(private readonly runs: CapturingRuns) {}

  /** Of every run that there is. */
  async read(): Promise<CaptureTimes> {
    const runs: CapturingRun[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await this.runs.list(RUNS_AT_ONCE, after);
      runs.push(...page);
      more = page.length === RUNS_AT_ONCE;
      after = page.at(-1)?.id;
    }
    return this.learn(runs);
  }

  /** Of every run that there was when it was first asked for, and those met since. */
  async once(): Promise<CaptureTimes> {
    return this.known ?? this.read();
  }

  /** Of the runs of these messages at least. */
  async of(messages: readonly Pick<Message, 'sources'>[]): Promise<CaptureTimes> {
    const ids = new Set(messages.flatMap(({ sources }) => sources.map(({ importRunId }) => importRunId)));
    const missing = [...ids].filter((id) => this.known?.knows(id) !== true);
    const found = await Promise.all(missing.map((id) => this.runs.find(id)));
    return this.learn(found.filter((run) => run !== null));
  }

  private learn(runs: readonly CapturingRun[]): CaptureTimes {
    this.known = (this.known ?? new CaptureTimes([])).with(runs);
    return this.known;
  }
}
