import type { Message } from '../domain/message.js';

/** An import run, as far as retention needs it. */
export interface CapturingRun {
  readonly id: string;
  /** UTC milliseconds. */
  readonly startedAt: number;
}

/** When messages were captured: when the import runs that brought them began. */
export class CaptureTimes {
  private readonly starts: ReadonlyMap<string, number>;
  /** The latest first. */
  private readonly latest: readonly CapturingRun[];

  /** `unknown`: ids of runs that messages name and nobody knows. */
  constructor(
    runs: readonly CapturingRun[],
    readonly unknown: readonly string[] = [],
  ) {
    this.starts = new Map(runs.map(({ id, startedAt }) => [id, startedAt]));
    this.latest = [...runs].sort((left, right) => right.startedAt - left.startedAt);
  }

  /** When the latest run began that brought a copy of the message, UTC milliseconds; null when one of them is not known. */
  of({ sources }: Pick<Message, 'sources'>): number | null {
    let latest = -Infinity;
    for (const { importRunId } of sources) latest = Math.max(latest, this.starts.get(importRunId) ?? Infinity);
    return Number.isFinite(latest) ? latest : null;
  }

  /** With further runs. */
  with(runs: readonly CapturingRun[]): CaptureTimes {
    const added = runs.filter(({ id }) => !this.starts.has(id)).map(({ id, startedAt }) => ({ id, startedAt }));
    return added.length === 0 ? this : new CaptureTimes([...this.latest, ...added], this.unknown);
  }

  /** The same, with runs that messages name and nobody knows. */
  without(unknown: readonly string[]): CaptureTimes {
    return new CaptureTimes(this.latest, unknown);
  }

  /** Whether a run is known. */
  knows(id: string): boolean {
    return this.starts.has(id);
  }

  /** The ids of runs that began at this time or later. */
  since(time: number): readonly string[] {
    const end = this.latest.findIndex(({ startedAt }) => startedAt < time);
    return (end < 0 ? this.latest : this.latest.slice(0, end)).map(({ id }) => id);
  }

  /** The runs that began in [from, to]. */
  between(from: number, to: number): readonly CapturingRun[] {
    return this.latest.filter(({ startedAt }) => startedAt >= from && startedAt <= to);
  }
}
