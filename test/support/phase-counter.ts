/**
 * Counts which phases faults have hit. A fault is aimed, but where it landed is known only behind it, and a busy machine misses more often:
 * suites aim again at what is still missing, instead of hoping for a number of tries.
 */
export class PhaseCounter<Phase extends string> {
  private readonly counts = new Map<Phase, number>();

  /** Each of `phases` shall be hit at least so many `times`. */
  constructor(
    private readonly phases: readonly Phase[],
    private readonly times: number,
  ) {}

  add(phase: Phase): void {
    this.counts.set(phase, (this.counts.get(phase) ?? 0) + 1);
  }

  /** Those not hit often enough, in the order of the phases. */
  get missing(): readonly Phase[] {
    return this.phases.filter((phase) => (this.counts.get(phase) ?? 0) < this.times);
  }

  /** `5 kills: 2 while copying, 3 after the switch`, in the order of the first hits. */
  get summary(): string {
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    return `${total} kills: ${[...this.counts].map(([phase, count]) => `${count} ${phase}`).join(', ')}`;
  }
}
