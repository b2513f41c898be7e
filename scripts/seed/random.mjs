/** A stream of numbers that depends on nothing but its name: the same in every run, on every machine. */
export class SeededRandom {
  #state;

  constructor(name) {
    // FNV-1a
    let hash = 0x811c9dc5;
    for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
    this.#state = hash >>> 0;
  }

  /** An integer from 0 to `count` - 1 (mulberry32). */
  below(count) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  }

  between(lowest, highest) {
    return lowest + this.below(highest - lowest + 1);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** The list in another order. */
  shuffled(list) {
    const rest = [...list];
    for (let end = rest.length - 1; end > 0; end -= 1) {
      const other = this.below(end + 1);
      [rest[end], rest[other]] = [rest[other], rest[end]];
    }
    return rest;
  }

  digits(count) {
    return Array.from({ length: count }, () => this.below(10)).join('');
  }
}
