const UNITS = 0x10000;
const ROOT = 0;

/**
 * Finds many literals in one pass over a text (Aho-Corasick over UTF-16 units). Transitions stand in one open-addressed
 * hash table, so ten thousand literals need a few megabytes.
 */
export class LiteralScanner {
  /** Unit -> its class; 0 for units that no literal has. */
  private readonly classes = new Uint16Array(UNITS);
  private classCount = 1;
  private readonly rootNext: Int32Array;
  /** `state * classCount + class` of a transition, -1 where there is none. */
  private readonly keys: Int32Array | Float64Array;
  private readonly targets: Int32Array;
  private readonly mask: number;
  private readonly fail: Int32Array;
  /** Literals that end in a state, and the next state on its fail path where some end; -1 = none. */
  private readonly ending: (number[] | undefined)[] = [];
  private readonly endingLink: Int32Array;
  private stateCount = 1;

  /** `literals` are folded and not empty; equal ones are reported each by its own index. */
  constructor(literals: readonly string[]) {
    for (const literal of literals) {
      for (let index = 0; index < literal.length; index++) {
        const unit = literal.charCodeAt(index);
        if (this.classes[unit] === 0) this.classes[unit] = this.classCount++;
      }
    }
    const mostStates = 1 + literals.reduce((total, literal) => total + literal.length, 0);
    const size = 2 ** Math.ceil(Math.log2(mostStates * 2 + 2));
    this.mask = size - 1;
    // 32 bits nearly always do, and are quicker
    this.keys = (mostStates * this.classCount < 2 ** 31 ? new Int32Array(size) : new Float64Array(size)).fill(-1);
    this.targets = new Int32Array(size);
    this.fail = new Int32Array(mostStates);
    this.endingLink = new Int32Array(mostStates).fill(-1);
    literals.forEach((literal, index) => this.insert(literal, index));
    this.rootNext = new Int32Array(this.classCount);
    for (let unitClass = 1; unitClass < this.classCount; unitClass++) this.rootNext[unitClass] = Math.max(this.next(ROOT, unitClass), ROOT);
    this.linkFails(literals);
  }

  /** Calls `found` for each literal that occurs, perhaps several times for one. */
  scan(text: string, found: (literal: number) => void): void {
    const { classes, rootNext, fail, ending, endingLink } = this;
    let state = ROOT;
    for (let index = 0; index < text.length; index++) {
      const unitClass = classes[text.charCodeAt(index)]!;
      if (unitClass === 0) {
        state = ROOT;
        continue;
      }
      let target = -1;
      while (state !== ROOT && (target = this.next(state, unitClass)) < 0) state = fail[state]!;
      state = state === ROOT ? rootNext[unitClass]! : target;
      for (let end = ending[state] === undefined ? endingLink[state]! : state; end > 0; end = endingLink[end]!) {
        for (const literal of ending[end]!) found(literal);
      }
    }
  }

  private insert(literal: string, index: number): void {
    let state = ROOT;
    for (let position = 0; position < literal.length; position++) {
      const unitClass = this.classes[literal.charCodeAt(position)]!;
      let target = this.next(state, unitClass);
      if (target < 0) {
        target = this.stateCount++;
        this.setNext(state, unitClass, target);
      }
      state = target;
    }
    (this.ending[state] ??= []).push(index);
  }

  /** Level by level, so that shorter suffixes are linked before longer ones need them. */
  private linkFails(literals: readonly string[]): void {
    let walks = literals.map((literal) => ({ literal, state: ROOT }));
    for (let depth = 0; walks.length > 0; depth++) {
      walks = walks.filter(({ literal }) => literal.length > depth);
      for (const walk of walks) {
        const unitClass = this.classes[walk.literal.charCodeAt(depth)]!;
        const target = this.next(walk.state, unitClass);
        this.linkOne(walk.state, target, unitClass);
        walk.state = target;
      }
    }
  }

  private linkOne(parent: number, state: number, unitClass: number): void {
    if (parent === ROOT) return;
    let suffix = this.fail[parent]!;
    let target = this.next(suffix, unitClass);
    while (target < 0 && suffix !== ROOT) {
      suffix = this.fail[suffix]!;
      target = this.next(suffix, unitClass);
    }
    this.fail[state] = Math.max(target, ROOT);
    const failed = this.fail[state];
    this.endingLink[state] = this.ending[failed] === undefined ? this.endingLink[failed]! : failed;
  }

  private next(state: number, unitClass: number): number {
    const key = state * this.classCount + unitClass;
    for (let slot = this.slotOf(state, unitClass); ; slot = (slot + 1) & this.mask) {
      const found = this.keys[slot]!;
      if (found === key) return this.targets[slot]!;
      if (found < 0) return -1;
    }
  }

  private setNext(state: number, unitClass: number, target: number): void {
    let slot = this.slotOf(state, unitClass);
    while (this.keys[slot]! >= 0) slot = (slot + 1) & this.mask;
    this.keys[slot] = state * this.classCount + unitClass;
    this.targets[slot] = target;
  }

  private slotOf(state: number, unitClass: number): number {
    return (Math.imul(state, 0x9e3779b1) ^ Math.imul(unitClass, 0x85ebca6b)) >>> 7 & this.mask;
  }
}
