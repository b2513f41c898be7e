/** The time, so that tests can set it. */
export abstract class Clock {
  /** UTC milliseconds. */
  abstract now(): number;
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
