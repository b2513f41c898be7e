import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adversarialText } from '../../test/support/adversarial-text.js';
import { scaled } from '../../test/support/scale.js';
import { foldWithOffsets } from './fold-map.js';
import { fold } from './fold.js';
import { FoldedSource } from './folded-source.js';

describe('FoldedSource', () => {
  it('agrees with fold and its map in texts of many chunks, wherever they are cut', () => {
    const piece = fc.oneof(adversarialText(6), fc.constantFrom('  ', ' \u200b ', '\u1100\u1161\u11a8', '👍🏻', '\u{e0067} ', '\u3000A'));
    fc.assert(
      fc.property(piece, adversarialText(6), (repeated, before) => {
        fc.pre(repeated !== '');
        const text = before + repeated.repeat(Math.ceil(13_000 / repeated.length));
        const source = new FoldedSource(text);
        const { key, starts, ends } = foldWithOffsets(text);
        expect(source.key === key && key === fold(text)).toBe(true);
        for (let start = 0; start < key.length; start += 97) {
          const end = Math.min(key.length, start + 61);
          expect(source.sourceOf(start, end)).toEqual({ start: starts[start], end: ends[end - 1] });
        }
      }),
      { numRuns: scaled(2_000) },
    );
  });
});
