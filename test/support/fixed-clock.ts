import { Clock } from '../../src/domain/clock.js';

/** Stands still until it is set. */
export class FixedClock extends Clock {
  constructor(private milliseconds: number) {
    super();
  }

  now(): number {
    return this.milliseconds;
  }

  set(milliseconds: number): void {
    this.milliseconds = milliseconds;
  }
}
