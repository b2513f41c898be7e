import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LiteralScanner } from './literal-scanner.js';

const alphabet = fc.constantFrom('a', 'b', 'c', '你', '好', '𠀀', ' ');
const text = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(alphabet, { minLength, maxLength }).map((characters) => characters.join(''));

describe(LiteralScanner.name, () => {
  it('finds exactly the literals that occur, repeated and overlapping ones too', () => {
    fc.assert(
      fc.property(fc.array(text(1, 5), { minLength: 1, maxLength: 40 }), text(0, 60), (literals, searched) => {
        const found = new Set<number>();
        new LiteralScanner(literals).scan(searched, (literal) => found.add(literal));
        expect(literals.map((_, index) => found.has(index))).toEqual(literals.map((literal) => searched.includes(literal)));
      }),
      { numRuns: 2000 },
    );
  });

  it('can be used again', () => {
    const scanner = new LiteralScanner(['ab', 'b']);
    const times = [0, 0];
    for (const searched of ['ab', 'xb', '']) scanner.scan(searched, (literal) => times[literal]!++);
    expect(times).toEqual([1, 2]);
  });
});
