import { describe, expect, it } from '@jest/globals';
import type { FilterNode, TextField, TextNode } from './ast.js';
import { checkFilter, checkQuery } from './check-query.js';
import { PART_BOUNDARY } from './folded-text.js';

const ALL: FilterNode = { kind: 'all' };
const TERM: FilterNode = { kind: 'terms', field: 'kind', values: ['text'] };
const LITERAL: TextNode = { kind: 'literal', key: 'a', source: 'a', fields: ['body'] };
const NEAR: TextNode = { kind: 'near', left: 'a', right: 'b', source: 'a NEAR/0 b', distance: 0, ordered: false, fields: ['body'] };

function literal(key: string): TextNode {
  return { kind: 'literal', key, source: key, fields: ['body'] };
}

/** `depth` nodes on top of each other, the leaf included. */
function deepFilter(depth: number): FilterNode {
  let node: FilterNode = TERM;
  for (let level = 1; level < depth; level++) node = level % 2 === 0 ? { kind: 'and', nodes: [ALL, node] } : { kind: 'not', node };
  return node;
}

function deepText(depth: number): TextNode {
  let node = LITERAL;
  for (let level = 1; level < depth; level++) node = level % 2 === 0 ? { kind: 'or', nodes: [LITERAL, node] } : { kind: 'not', node };
  return node;
}

function many<Item>(count: number, item: Item): Item[] {
  return Array.from({ length: count }, () => item);
}

function codeOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'accepted';
}

describe('checkQuery: the filter', () => {
  it.each<[what: string, filter: unknown, expected: string]>([
    ['all', ALL, 'accepted'],
    ['none', { kind: 'none' }, 'accepted'],
    ['terms on a keyword list', { kind: 'terms', field: 'custodianId', values: ['a'] }, 'accepted'],
    ['terms without values', { kind: 'terms', field: 'id', values: [] }, 'accepted'],
    ['terms on a date', { kind: 'terms', field: 'sentAt', values: ['1'] }, 'INPUT_INVALID'],
    ['terms on a flag', { kind: 'terms', field: 'isEdited', values: ['true'] }, 'INPUT_INVALID'],
    ['a value that is no text', { kind: 'terms', field: 'id', values: [1] }, 'INPUT_INVALID'],
    ['an unknown field', { kind: 'terms', field: 'owner', values: ['a'] }, 'INPUT_INVALID'],
    ['a field of the prototype', { kind: 'terms', field: 'constructor', values: ['a'] }, 'INPUT_INVALID'],
    ['10,000 values', { kind: 'terms', field: 'id', values: many(10_000, 'a') }, 'accepted'],
    ['10,001 values', { kind: 'terms', field: 'id', values: many(10_001, 'a') }, 'QUERY_TOO_LARGE'],
    ['flag', { kind: 'flag', field: 'isRecalled', value: false }, 'accepted'],
    ['flag on a keyword', { kind: 'flag', field: 'kind', value: true }, 'INPUT_INVALID'],
    ['flag without a truth', { kind: 'flag', field: 'isRecalled', value: null }, 'INPUT_INVALID'],
    ['range on a date', { kind: 'range', field: 'sentAt', from: 0, to: null }, 'accepted'],
    ['range on a number', { kind: 'range', field: 'recallDelaySeconds', from: 5, to: 5 }, 'accepted'],
    ['range on a keyword', { kind: 'range', field: 'id', from: 0, to: 1 }, 'INPUT_INVALID'],
    ['range upside down', { kind: 'range', field: 'sentAt', from: 2, to: 1 }, 'INPUT_INVALID'],
    ['range from NaN', { kind: 'range', field: 'sentAt', from: NaN, to: null }, 'INPUT_INVALID'],
    ['range to infinity', { kind: 'range', field: 'sentAt', from: null, to: Infinity }, 'INPUT_INVALID'],
    ['range from text', { kind: 'range', field: 'sentAt', from: '1', to: null }, 'INPUT_INVALID'],
    ['empty and', { kind: 'and', nodes: [] }, 'INPUT_INVALID'],
    ['empty or inside', { kind: 'not', node: { kind: 'or', nodes: [] } }, 'INPUT_INVALID'],
    ['unknown node', { kind: 'exists', field: 'id' }, 'INPUT_INVALID'],
    ['64 deep', deepFilter(64), 'accepted'],
    ['65 deep', deepFilter(65), 'QUERY_TOO_DEEP'],
    ['a million deep', deepFilter(1_000_000), 'QUERY_TOO_DEEP'],
    ['10,000 nodes', { kind: 'or', nodes: many(9_999, TERM) }, 'accepted'],
    ['10,001 nodes', { kind: 'or', nodes: many(10_000, TERM) }, 'QUERY_TOO_LARGE'],
  ])('%s: %#', (_what, filter, expected) => {
    expect(codeOf(() => checkQuery({ filter: filter as FilterNode, text: null }))).toBe(expected);
    expect(codeOf(() => checkFilter(filter as FilterNode))).toBe(expected);
  });
});

describe('checkQuery: the text', () => {
  it.each<[what: string, text: unknown, expected: string]>([
    ['nothing', null, 'accepted'],
    ['literal', LITERAL, 'accepted'],
    ['literal with a space', literal(' a'), 'accepted'],
    ['empty literal', literal(''), 'QUERY_EMPTY_TERM'],
    ['literal of white space', literal(' '), 'accepted'],
    ['literal across parts', literal(`a${PART_BOUNDARY}b`), 'INPUT_INVALID'],
    ['10,000 astral code points', literal('😀'.repeat(10_000)), 'accepted'],
    ['10,001 astral code points', literal('😀'.repeat(10_001)), 'QUERY_TOO_LARGE'],
    ['no field', { ...LITERAL, fields: [] }, 'INPUT_INVALID'],
    ['unknown text field', { ...LITERAL, fields: ['body', 'subject' as TextField] }, 'INPUT_INVALID'],
    ['word', { ...LITERAL, kind: 'word', key: 'pd1728' }, 'accepted'],
    ['word of Han', { ...LITERAL, kind: 'word', key: '合同' }, 'INPUT_INVALID'],
    ['two words', { ...LITERAL, kind: 'word', key: 'a b' }, 'INPUT_INVALID'],
    ['near', NEAR, 'accepted'],
    ['near 1,000', { ...NEAR, distance: 1_000 }, 'accepted'],
    ['near 1,001', { ...NEAR, distance: 1_001 }, 'INPUT_INVALID'],
    ['near -1', { ...NEAR, distance: -1 }, 'INPUT_INVALID'],
    ['near 1.5', { ...NEAR, distance: 1.5 }, 'INPUT_INVALID'],
    ['near nothing', { ...NEAR, right: '' }, 'QUERY_EMPTY_TERM'],
    ['nothing near', { ...NEAR, left: '' }, 'QUERY_EMPTY_TERM'],
    ['digits', { kind: 'digits', digits: '13', source: '13', fields: ['body'] }, 'accepted'],
    ['one digit', { kind: 'digits', digits: '1', source: '1', fields: ['body'] }, 'INPUT_INVALID'],
    ['digits with a separator', { kind: 'digits', digits: '1-3', source: '', fields: ['body'] }, 'INPUT_INVALID'],
    ['digits of another script', { kind: 'digits', digits: '١٢', source: '', fields: ['body'] }, 'INPUT_INVALID'],
    ['digits without end', { kind: 'digits', digits: '1'.repeat(10_001), source: '', fields: ['body'] }, 'QUERY_TOO_LARGE'],
    ['empty and', { kind: 'and', nodes: [] }, 'INPUT_INVALID'],
    ['empty or inside', { kind: 'not', node: { kind: 'or', nodes: [] } }, 'INPUT_INVALID'],
    ['unknown node', { kind: 'regex', key: 'a', fields: ['body'] }, 'INPUT_INVALID'],
    ['64 deep', deepText(64), 'accepted'],
    ['65 deep', deepText(65), 'QUERY_TOO_DEEP'],
    ['a million deep', deepText(1_000_000), 'QUERY_TOO_DEEP'],
    ['10,000 leaves', { kind: 'or', nodes: many(10_000, LITERAL) }, 'accepted'],
    ['10,001 leaves', { kind: 'or', nodes: many(10_001, LITERAL) }, 'QUERY_TOO_LARGE'],
  ])('%s: %#', (_what, text, expected) => {
    expect(codeOf(() => checkQuery({ filter: ALL, text: text as TextNode | null }))).toBe(expected);
  });
});
