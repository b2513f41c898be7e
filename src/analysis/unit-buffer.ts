/** Collects UTF-16 units and makes a string of them: several times faster than joining strings. Made once, used again and again. */
export class UnitBuffer {
  /** Write `units[count]` directly after `reserve`, and hand the count to `take`. */
  units: Uint16Array;
  private bytes: Buffer;

  constructor(capacity: number) {
    this.units = new Uint16Array(capacity);
    this.bytes = Buffer.from(this.units.buffer);
  }

  /** Makes room for `capacity` units in all, keeping what was written. `units` may be another array afterwards. */
  reserve(capacity: number): Uint16Array {
    if (capacity > this.units.length) {
      const previous = this.units;
      this.units = new Uint16Array(Math.max(capacity, 2 * previous.length));
      this.units.set(previous);
      this.bytes = Buffer.from(this.units.buffer);
    }
    return this.units;
  }

  /** The first `count` units as a string. */
  take(count: number): string {
    return this.bytes.toString('utf16le', 0, 2 * count);
  }
}
