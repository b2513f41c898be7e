import { SingleBar } from 'cli-progress';

/** Plain lines come at most this often. */
const PLAIN_MILLISECONDS = 10_000;

/** Shows on standard error how far something is: a bar with rate and time left on a terminal, plain lines elsewhere. */
export class Progress {
  private readonly bar: SingleBar | null;
  private readonly startedAt = Date.now();
  private shownAt = Date.now();
  private isStarted = false;

  /** `unit`: what is counted, e.g. `messages`. */
  constructor(private readonly unit: string) {
    const format = `{bar} {percentage}% | {value}/{total} ${unit} | {rate}/s | {eta_formatted} left`;
    this.bar = process.stderr.isTTY ? new SingleBar({ format, hideCursor: true, clearOnComplete: true, stream: process.stderr }) : null;
  }

  show({ done, total }: { readonly done: number; readonly total: number }): void {
    const rate = Math.round((done * 1_000) / Math.max(Date.now() - this.startedAt, 1));
    if (this.bar !== null) {
      if (!this.isStarted) this.bar.start(total, done, { rate });
      this.isStarted = true;
      this.bar.setTotal(total);
      this.bar.update(done, { rate });
    } else if (Date.now() - this.shownAt >= PLAIN_MILLISECONDS) {
      this.shownAt = Date.now();
      console.error(`${done} of ${total} ${this.unit}, ${rate}/s`);
    }
  }

  end(): void {
    this.bar?.stop();
  }
}
