import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adversarialText, textWithPart } from '../../test/support/adversarial-text.js';
import { scaled } from '../../test/support/scale.js';
import { PART_BOUNDARY } from '../query/folded-text.js';
import { fold } from './fold.js';
import { fieldGrams, literalGrams } from './grams.js';

const RUNS = { numRuns: scaled(20_000) };
/** What the tokenizers of the engines split at: SQLite's `ascii` at all ASCII but letters and digits, Java at its white space. */
const SPLITS = /[\0-/:-@[-`{-\u007f\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]/;

function tokensOf(folded: string): string[] {
  return folded === '' ? [] : fieldGrams(folded).split(' ');
}

/** Whether the tokens stand next to each other, as a phrase query asks. */
function hasPhrase(tokens: readonly string[], phrase: readonly string[]): boolean {
  return tokens.some((_, start) => phrase.every((token, offset) => tokens[start + offset] === token));
}

describe('grams', () => {
  it.each([
    ['', ''],
    ['中', '中'],
    ['中中中', '中中 中中 中'],
    ['a1酒', 'a1 1酒 a 1 酒'],
    ['a b-', 'a\ue020 \ue020b b\ue02d a \ue020 b \ue02d \ue083 a\ue020b \ue020b\ue02d'],
    ['abc店12店bcd', 'ab bc c店 店1 12 2店 店b bc cd a b c 店 1 2 d \ue083 abc \ue083 bcd'],
    ['\0𠮷👍', '\ue000𠮷 𠮷👍 \ue000 𠮷 👍'],
    [`甲${PART_BOUNDARY}乙`, `甲${PART_BOUNDARY} ${PART_BOUNDARY}乙 甲 ${PART_BOUNDARY} 乙`],
  ])('of the field %j', (folded, expected) => {
    expect(fieldGrams(folded)).toBe(expected);
  });

  it.each([
    ['', []],
    ['中', ['中']],
    ['𠮷', ['𠮷']],
    [' ', ['\ue020']],
    ['酒店"', ['酒店', '店\ue022']],
    ['ab', ['ab']],
    ['a"bc', ['a\ue022b', '\ue022bc']],
    ['ab店', ['ab', 'b店']],
  ])('of the literal %j', (key, expected) => {
    expect(literalGrams(key)).toEqual(expected);
  });

  it('find every part of a text', () => {
    fc.assert(
      fc.property(textWithPart(), ({ text, part }) => {
        fc.pre(fold(part) !== '');
        expect(hasPhrase(tokensOf(fold(text)), literalGrams(fold(part)))).toBe(true);
      }),
      RUNS,
    );
  });

  it('find nothing that the folded text does not contain, across no boundary', () => {
    fc.assert(
      fc.property(adversarialText(8), adversarialText(8), adversarialText(2), (first, second, literal) => {
        const folded = fold(first) + PART_BOUNDARY + fold(second);
        const key = fold(literal);
        fc.pre(key !== '');
        expect(hasPhrase(tokensOf(folded), literalGrams(key))).toBe(folded.includes(key));
      }),
      RUNS,
    );
  });

  it('survive the tokenizers of both engines', () => {
    fc.assert(
      fc.property(adversarialText(), (text) => {
        const folded = fold(text);
        const tokens = tokensOf(folded);
        expect(tokens.filter((token) => token === '' || SPLITS.test(token))).toEqual([]);
        const triples = folded.match(/[\0-\x7f]{3,}/g)?.map((run) => run.length - 1) ?? [];
        expect(tokens.length).toBe(
          folded === '' ? 0 : Array.from(folded).length - 1 + new Set(folded).size + triples.reduce((sum, count) => sum + count, 0),
        );
        expect(literalGrams(folded).filter((token) => SPLITS.test(token))).toEqual([]);
      }),
      RUNS,
    );
  });
});
