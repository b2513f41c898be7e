/** Calls that one process makes, one after the other, to what it shares with others. It stands still before each until it is let go on. */
export class SteppedProcess {
  private left = 0;
  private wake: (() => void) | null = null;
  private stopped: (() => void) | null = null;
  private isOver = false;
  private failure: Error | null = null;

  /** `share` wraps what others use too: every call of its asynchronous methods is a step. */
  constructor(private readonly work: (share: <Target extends object>(target: Target) => Target) => Promise<unknown>) {}

  /** Lets it do so many steps; resolves when it stands before the next one, or has ended. It may be left there for ever: that is a crash. */
  async go(steps: number): Promise<void> {
    if (this.isOver) return;
    this.left = steps;
    const stopped = new Promise<void>((resolve) => (this.stopped = resolve));
    if (this.wake === null) this.begin();
    else this.wake();
    await stopped;
    if (this.failure !== null) throw this.failure;
  }

  /** Lets it go on step by step until something is so. Throws when it ends before. */
  async goUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) {
      if (this.isOver) throw new Error('it has ended');
      await this.go(1);
    }
  }

  /** Lets it go on to its end. */
  finish(): Promise<void> {
    return this.go(Infinity);
  }

  get hasEnded(): boolean {
    return this.isOver;
  }

  private begin(): void {
    void this.work((target) => this.share(target))
      .catch((error: Error) => (this.failure = error))
      .finally(() => {
        this.isOver = true;
        this.stopped!();
      });
  }

  private share<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (given: unknown[]): unknown => Reflect.apply(member, target, given);
        const isGenerator = member.constructor.name === 'AsyncGeneratorFunction';
        return (...given: unknown[]) => (isGenerator ? call(given) : this.turn().then(() => call(given)));
      },
    });
  }

  private async turn(): Promise<void> {
    while (this.left === 0) {
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      this.stopped!();
      await woken;
      this.wake = null;
    }
    this.left -= 1;
  }
}
