import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Random } from '../support/random.js';
import { drawAlphabet, makeText } from './adversarial-text.js';
import { disguise } from './disguise.js';
import { graphemes } from './equality.js';
import { Oracle } from './oracle.js';

function judge(texts: readonly string[], asked: string): string {
  const { must, may } = new Oracle([{ id: 'a', texts }]).answer(asked, asked);
  return must.size > 0 ? 'must' : may.size > 0 ? 'may' : 'not';
}

/** A judge that lets everything pass proves nothing. */
describe('the oracle', () => {
  it.each([
    [['请付款'], '付款', 'must'],
    [['请付款'], '款付', 'not'],
    [['請付欵'], '请付', 'must'],
    [['頭髮'], '头发', 'must'],
    [['頭髮'], '头', 'must'],
    [['付', '款'], '付款', 'not'],
    [['付款'], '付 款', 'not'],
    [['付 \t款'], '付\u3000款', 'must'],
    [['付\u200b款'], '付款', 'must'],
    [['付，款'], '付款', 'not'],
    [['付，款'], '付,款', 'must'],
    [['Café'], 'cafe', 'must'],
    [['がか'], 'か', 'must'],
    [['が'], 'か', 'may'],
    [['が'], 'か\u3099', 'must'],
    [['👍🏻'], '👍', 'may'],
    [['👍'], '👍🏻', 'not'],
    [['👍'], '\ud83d', 'not'],
    [['\ud83d x'], '\ud83d', 'must'],
    [['\ud83d x'], '\udc4d', 'must'],
    [['138-0013'], '1380013', 'not'],
    [['a*b'], 'a*', 'must'],
    [['ab'], 'a*', 'not'],
    [['a\0b'], 'ab', 'not'],
    [['a"b'], '"', 'must'],
    [['\ue022'], '"', 'not'],
    [['ß'], 'SS', 'must'],
    [['한국'], '한', 'must'],
    [['한국'], '하', 'not'],
  ])('%j and %j: %s', (texts, asked, expected) => {
    expect(judge(texts, asked)).toBe(expected);
  });

  it('takes every disguise for the same text', () => {
    const random = new Random(3);
    for (let round = 0; round < 2_000; round += 1) {
      const text = makeText(random, drawAlphabet(random, 20), random.between(1, 8));
      const piece = graphemes(text).slice(0, 4).join('');
      const asked = disguise(piece, random);
      expect([asked, new Oracle([{ id: 'a', texts: [text] }]).answer(asked, '\u{10fffd}'.repeat(9)).may.size]).toEqual([asked, 1]);
    }
  });

  it('imports nothing from the sources it judges', () => {
    const folder = path.dirname(fileURLToPath(import.meta.url));
    const judges = readdirSync(folder).filter((name) =>
      /^(oracle|equality|script-variants|disguise|draw-query|adversarial-text)\.ts$/.test(name),
    );
    expect(judges).toHaveLength(6);
    for (const name of judges) expect(readFileSync(path.join(folder, name), 'utf8')).not.toMatch(/from '[^']*\/src\//);
  });
});
