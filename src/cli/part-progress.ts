import { Progress } from './progress.js';

/** A bar for each part of a long command, one after the other. */
export class PartProgress {
  private part: string | null = null;
  private shown: Progress | null = null;

  /** `part`: what is done, and the unit of the numbers, e.g. `messages copied`. */
  readonly show = (part: string, done: number, total: number): void => {
    if (part !== this.part) {
      this.end();
      this.part = part;
      this.shown = new Progress(part);
    }
    this.shown!.show({ done, total });
  };

  end(): void {
    this.shown?.end();
    this.shown = null;
  }
}
