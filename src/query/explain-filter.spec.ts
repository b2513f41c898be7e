import { describe, expect, it } from '@jest/globals';
import { explainFilter } from './explain-filter.js';
import type { FieldValues } from './fields.js';

describe('explainFilter', () => {
  it('answers for every node, also behind the one that decided', () => {
    const values = { kind: 'text', isRecalled: true } as FieldValues;
    const explanation = explainFilter(
      {
        kind: 'and',
        nodes: [
          { kind: 'flag', field: 'isRecalled', value: false },
          { kind: 'not', node: { kind: 'terms', field: 'kind', values: ['image'] } },
          { kind: 'or', nodes: [{ kind: 'none' }, { kind: 'all' }] },
        ],
      },
      values,
    );
    expect(explanation).toMatchObject({
      matched: false,
      node: { kind: 'and' },
      children: [
        { matched: false, node: { kind: 'flag' }, children: [] },
        { matched: true, children: [{ matched: false }] },
        { matched: true, children: [{ matched: false }, { matched: true }] },
      ],
    });
  });
});
