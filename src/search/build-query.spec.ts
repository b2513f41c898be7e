import { describe, expect, it } from '@jest/globals';
import { filterFieldNames } from '../filter/to-filter.js';
import { buildQuery, buildQuestion, sortOrder } from './build-query.js';

const text = buildQuery({ text: '转账' }).text;

describe('buildQuery', () => {
  it('looks into the given text fields, except where the text names its own', () => {
    expect(buildQuery({ text: '转账 body:甲', textFields: ['name', 'attachment'] }).text).toMatchObject({
      nodes: [
        { source: '转账', fields: ['name', 'attachment'] },
        { source: '甲', fields: ['body'] },
      ],
    });
  });

  it('is everything without parameters', () => {
    expect(buildQuery({})).toEqual({ filter: { kind: 'all' }, text: null });
    expect(buildQuery({ text: ' \u3000', filter: null, textFields: null })).toEqual({ filter: { kind: 'all' }, text: null });
  });
});

it('makes a question one literal, or one of several', () => {
  expect(buildQuestion({ textFields: ['body'] }, ['甲']).text).toEqual({ kind: 'literal', key: '甲', source: '甲', fields: ['body'] });
  expect(buildQuestion({}, ['甲', '乙']).text).toMatchObject({ kind: 'or', nodes: [{ key: '甲' }, { key: '乙' }] });
});

describe('sortOrder', () => {
  it.each([
    [{}, null, 0, 'newest'],
    [{}, text, 1, 'newest'],
    [{ match: 'any' }, text, 1, 'relevance'],
    [{ match: 'any' }, null, 0, 'newest'],
    [{ match: 'any', sort: 'oldest' }, text, 1, 'oldest'],
    [{ sort: 'relevance' }, text, 1, 'relevance'],
  ] as const)('of %j', (parameters, node, terms, expected) => {
    expect(sortOrder(parameters, node, terms)).toBe(expected);
  });

  it.each([
    [{ sort: 'relevance' }, null, 0],
    [{ sort: 'relevance' }, text, 0],
    [{ sort: 'relevance', match: 'any' }, null, 0],
  ] as const)('refuses %j with nothing to measure by', (parameters, node, terms) => {
    expect(() => sortOrder(parameters, node, terms)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});

it('names the fields of a filter once, at every depth, without values', () => {
  expect(
    filterFieldNames({ senderIds: ['a'], ids: null, or: [{ custodianIds: [] }, { not: { senderIds: ['b'], isEdited: false } }] }),
  ).toEqual(['custodianIds', 'isEdited', 'senderIds']);
});
