import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adversarialText } from '../../test/support/adversarial-text.js';
import { scaled } from '../../test/support/scale.js';
import { matchesText } from '../query/matches.js';
import type { FoldedText } from '../query/folded-text.js';
import { fold } from './fold.js';
import { wordToken, wordTokens } from './word-tokens.js';

function foldedText(body: string, name = '', attachment = ''): FoldedText {
  return { body: fold(body), name: fold(name), attachment: fold(attachment) };
}

describe('word tokens', () => {
  it('are the whole runs of Latin letters and digits, one alphabet a field', () => {
    expect(wordTokens(foldedText('买iPhone15 Pro，état_2 𝟙 ٣', 'Q3.xlsx', 'art'))).toEqual([
      '\ue0a0iphone15',
      '\ue0a0pro',
      '\ue0a0etat',
      '\ue0a02',
      '\ue0a01',
      '\ue0a0٣',
      '\ue0a1q3',
      '\ue0a1xlsx',
      '\ue0a2art',
    ]);
  });

  it('of long words stay short and distinct', () => {
    const [first, second] = ['x'.repeat(300), `${'x'.repeat(299)}y`].map((word) => wordToken(word, 'body'));
    expect(first!.length).toBeLessThan(255);
    expect(first).not.toBe(second);
    expect(wordTokens(foldedText('x'.repeat(300)))).toEqual([first]);
  });

  it('are there exactly where a whole word matches', () => {
    const word = fc.constantFrom('a', '1', 'near', 'and', '138', '0013', 'abc', 'e', 'x1');
    fc.assert(
      fc.property(adversarialText(), word, (text, key) => {
        const folded = foldedText(text);
        const isFound = matchesText({ kind: 'word', key, source: key, fields: ['body'] }, folded);
        expect(wordTokens(folded).includes(wordToken(key, 'body'))).toBe(isFound);
      }),
      { numRuns: scaled(20_000) },
    );
  });
});
