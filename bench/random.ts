/** A small seeded generator (sfc32): the same seed gives the same numbers on every machine. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** Two generators of one seed but different streams do not influence each other. */
  constructor(seed: number, stream = 0) {
    this.a = seed | 0;
    this.b = Math.floor(seed / 0x100000000) | 0;
    this.c = Math.imul(stream + 1, 0x9e3779b9);
    for (let round = 0; round < 16; round += 1) this.word();
  }

  /** A number in [0, 1). */
  next(): number {
    return this.word() / 0x100000000;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** `count` random decimal digits. */
  digits(count: number): string {
    let text = '';
    while (text.length < count) text += this.below(10);
    return text;
  }

  private word(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }
}

/** Draws ranks 0 .. size-1 with probabilities in proportion to 1 / (rank + 1) ** exponent. */
export class Zipf {
  private readonly cumulated: Float64Array;

  constructor(size: number, exponent = 1) {
    this.cumulated = new Float64Array(size);
    let sum = 0;
    for (let rank = 0; rank < size; rank += 1) {
      sum += 1 / (rank + 1) ** exponent;
      this.cumulated[rank] = sum;
    }
  }

  draw(random: Random): number {
    const target = random.next() * this.cumulated[this.cumulated.length - 1]!;
    let low = 0;
    let high = this.cumulated.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.cumulated[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
