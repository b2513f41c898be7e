import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryFilter } from '../../test/contract/arbitrary-query.js';
import { arbitraryMessage } from '../../test/contract/arbitrary-message.js';
import { terms } from '../../test/support/query-nodes.js';
import { scaled } from '../../test/support/scale.js';
import { covers } from '../holds/covers.js';
import { allOf, anyOf, type FilterNode } from './ast.js';
import { fieldValues } from './field-values.js';
import { matchesFilter } from './matches.js';
import { mergeAlternatives } from './merge-alternatives.js';

const text = terms('kind', 'text');
const recalled: FilterNode = { kind: 'flag', field: 'isRecalled', value: true };

describe('mergeAlternatives', () => {
  it('makes one condition of alternatives that differ in the values of one field', () => {
    expect(mergeAlternatives([terms('senderId', 'a'), terms('senderId', 'b', 'a')])).toEqual(terms('senderId', 'a', 'b'));
    expect(mergeAlternatives(['a', 'b'].map((id) => allOf([terms('custodianId', id), text])))).toEqual(
      allOf([terms('custodianId', 'a', 'b'), text]),
    );
    expect(mergeAlternatives([recalled, recalled])).toEqual(recalled);
    expect(mergeAlternatives([])).toEqual({ kind: 'none' });
    expect(mergeAlternatives([text, { kind: 'all' }])).toEqual({ kind: 'all' });
  });

  it('means the same as before, also where facts are missing', () => {
    const cases = fc.array(arbitraryMessage, { minLength: 1, maxLength: 5 }).chain((made) => {
      const messages = made.map((make, index) => make(index));
      const part = arbitraryFilter(messages);
      // few different ones, so that alternatives share them
      const alternatives = fc.tuple(part, part).chain((shared) =>
        fc.array(
          fc.tuple(part, fc.subarray(shared)).map(([own, others]) => allOf([own, ...others])),
          { maxLength: 6 },
        ),
      );
      return fc.record({ messages: fc.constant(messages), alternatives });
    });
    fc.assert(
      fc.property(cases, ({ messages, alternatives }) => {
        const merged = mergeAlternatives(alternatives);
        for (const values of messages.map(fieldValues)) {
          expect(matchesFilter(merged, values)).toBe(matchesFilter(anyOf(alternatives), values));
          expect(covers(merged, values)).toBe(covers(anyOf(alternatives), values));
        }
      }),
      { numRuns: scaled(4_000), seed: 3 },
    );
  });
});
