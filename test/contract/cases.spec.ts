import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fieldValues } from '../../src/query/field-values.js';
import { foldMessage } from '../../src/analysis/index-text.js';
import { matches } from '../../src/query/matches.js';
import { ArchiveUnderTest, nativeIds } from './archive-under-test.js';
import { booleanCases } from './cases/booleans.cases.js';
import { digitCases } from './cases/digits.cases.js';
import { filterCases } from './cases/filters.cases.js';
import { literalCases } from './cases/literals.cases.js';
import { nearCases } from './cases/near.cases.js';
import { orderCases } from './cases/orders.cases.js';
import { scriptCases } from './cases/scripts.cases.js';
import { syntaxCases } from './cases/syntax.cases.js';
import { textFieldCases } from './cases/text-fields.cases.js';
import { wordCases } from './cases/words.cases.js';
import { onEveryEngine } from './engines.js';

const GROUPS = [
  literalCases,
  scriptCases,
  wordCases,
  nearCases,
  digitCases,
  textFieldCases,
  syntaxCases,
  booleanCases,
  filterCases,
  orderCases,
];

onEveryEngine('on $name', (kind) => {
  describe.each(GROUPS)('$capability', (group) => {
    let archive: ArchiveUnderTest;
    beforeAll(async () => {
      archive = await ArchiveUnderTest.create(kind, group.messages);
    });
    afterAll(() => archive.remove());

    it.each(group.cases)('$name', async ({ text, filter, order, expected }) => {
      const result = await archive.search({ text, filter, order });
      expect(nativeIds(result.hits)).toEqual(expected);
      expect(result.total).toBe(expected.length);
      expect(result.hasNext).toBe(false);
    });
  });
});

/** The evaluator decides beside the engines (explain, later holds): the same hand-written truth binds it. */
describe('in memory', () => {
  describe.each(GROUPS)('$capability', (group) => {
    it.each(group.cases)('$name', ({ text, filter, expected }) => {
      const found = group.messages.filter((message) =>
        matches({ text, filter }, { values: fieldValues(message), folded: foldMessage(message) }),
      );
      expect(nativeIds(found.map((message) => ({ message }))).sort()).toEqual([...expected].sort());
    });
  });
});
