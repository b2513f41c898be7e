import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldMessage } from '../../src/analysis/index-text.js';
import type { TextNode } from '../../src/query/ast.js';
import { matchesText } from '../../src/query/matches.js';
import { ArchiveUnderTest, nativeIds } from '../contract/archive-under-test.js';
import { onElasticsearch } from '../contract/engines.js';
import { makeMessage, makePart } from '../support/make-message.js';
import { near, not, precedes } from '../support/query-nodes.js';
import { scaled } from '../support/scale.js';

/** So few signs that texts overlap, repeat and meet at every distance. */
const text = fc.array(fc.constantFrom('甲', '乙', 'a', 'b', ' ', '👍'), { minLength: 1, maxLength: 14 }).map((signs) => signs.join(''));
const key = fc.array(fc.constantFrom('甲', '乙', 'a', 'b', '👍'), { minLength: 1, maxLength: 4 }).map((signs) => signs.join(''));

onElasticsearch('pairs of texts on $name', (kind) => {
  const texts = fc.sample(fc.tuple(text, fc.option(text)), { seed: 5, numRuns: 600 });
  const messages = texts.map(([own, part], index) => makeMessage(String(index), { text: own, parts: part === null ? [] : [makePart(part)] }));
  const subjects = messages.map((message) => ({ message, folded: foldMessage(message) }));
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, messages);
  });
  afterAll(() => archive.remove());

  /** The index narrows down what is checked; it must never leave a hit out. */
  it('finds what the definition finds, at every distance', async () => {
    await fc.assert(
      fc.asyncProperty(key, key, fc.nat({ max: 6 }), fc.boolean(), fc.boolean(), async (left, right, distance, isOrdered, isDenied) => {
        const pair = (isOrdered ? precedes : near)(left, right, distance);
        const node: TextNode = isDenied ? not(pair) : pair;
        const expected = subjects.filter(({ folded }) => matchesText(node, folded)).map(({ message }) => message.nativeId);
        expect(nativeIds((await archive.search({ text: node })).hits).sort()).toEqual(expected.sort());
      }),
      { seed: 5, numRuns: scaled(1_000) },
    );
  }, 600_000);
});
