import type { FilterNode, TextNode } from '../../../src/query/ast.js';
import { and, flag, literal, not, or, range, terms, word } from '../../support/query-nodes.js';
import { ANY_TIME, makeMessage } from '../../support/make-message.js';
import { finds, keeps, type CaseGroup } from '../contract-case.js';

const ALL = 'ab a b none abc';

function nested(depth: number, leaf: TextNode): TextNode {
  let node = leaf;
  for (let level = 0; level < depth; level += 1) node = level % 2 === 0 ? or(literal('没有'), node) : and(literal('甲'), node);
  return node;
}

function negated(times: number, leaf: TextNode): TextNode {
  return times === 0 ? leaf : not(negated(times - 1, leaf));
}

function nestedFilter(depth: number, leaf: FilterNode): FilterNode {
  let node = leaf;
  for (let level = 0; level < depth; level += 1)
    node = level % 2 === 0 ? or(terms('kind', 'poll'), node) : and(terms('kind', 'text'), node);
  return node;
}

export const booleanCases: CaseGroup = {
  capability: 'and, or, not',
  messages: [
    makeMessage('ab', { text: '甲乙', sentAt: ANY_TIME, custodianIds: ['x'] }),
    makeMessage('a', { text: '甲', sentAt: ANY_TIME + 1, custodianIds: ['x', 'y'] }),
    makeMessage('b', { text: '乙 word', sentAt: ANY_TIME + 2, senderId: null }),
    makeMessage('none', { text: '', sentAt: ANY_TIME + 3, custodianIds: ['y'], kind: 'image' }),
    makeMessage('abc', { text: '甲丙乙', sentAt: ANY_TIME + 4, recall: { at: null, by: null } }),
  ],
  cases: [
    finds('and', and(literal('甲'), literal('乙')), 'ab abc'),
    finds('or', or(literal('甲'), literal('乙')), 'ab a b abc'),
    finds('not', not(literal('甲')), 'b none'),
    finds('not not', not(not(literal('甲'))), 'ab a abc'),
    finds('not and', not(and(literal('甲'), literal('乙'))), 'a b none'),
    finds('not or', not(or(literal('甲'), literal('乙'))), 'none'),
    finds('and of nots', and(not(literal('甲')), not(literal('word'))), 'none'),
    finds('or of nots', or(not(literal('甲')), not(literal('乙'))), 'a b none'),
    finds('and not', and(literal('甲'), not(literal('乙'))), 'a'),
    finds('or with a not in an and', or(and(literal('乙'), not(literal('甲'))), literal('丙')), 'b abc'),
    finds('a single node', and(or(and(literal('丙')))), 'abc'),
    finds('empty and is everything', { kind: 'and', nodes: [] }, ALL),
    finds('empty or is nothing', { kind: 'or', nodes: [] }, ''),
    finds('not of an empty and', not({ kind: 'and', nodes: [] }), ''),
    finds('not of an empty or', not({ kind: 'or', nodes: [] }), ALL),
    finds('the same twice', and(literal('甲'), literal('甲')), 'ab a abc'),
    finds('a contradiction', and(literal('甲'), not(literal('甲'))), ''),
    finds('a tautology', or(literal('甲'), not(literal('甲'))), ALL),
    finds('one character and a word', and(literal('乙'), word('word')), 'b'),
    finds('deep nesting, left', nested(24, literal('乙')), 'ab abc'),
    finds('many negations', negated(24, literal('甲')), 'ab a abc'),
    finds('many negations, odd', negated(25, literal('甲')), 'b none'),
    finds('a hundred alternatives', or(...Array.from({ length: 100 }, (_, index) => literal(index === 77 ? '丙' : `甲${index}`))), 'abc'),
    keeps('filter and', and(terms('custodianId', 'x'), terms('custodianId', 'y')), 'a'),
    keeps('filter or', or(terms('custodianId', 'x'), terms('kind', 'image')), 'ab a none'),
    keeps('filter not', not(terms('custodianId', 'x')), 'b none abc'),
    keeps('not of a missing fact is true', not(terms('senderId', 'sender')), 'b'),
    keeps('not of a range on a missing fact is true', not(range('recallDelaySeconds', 0, null)), ALL),
    keeps('not of a flag', not(flag('isRecalled', true)), 'ab a b none'),
    keeps('all', { kind: 'all' }, ALL),
    keeps('none', { kind: 'none' }, ''),
    keeps('not all', not<FilterNode>({ kind: 'all' }), ''),
    keeps('not none', not<FilterNode>({ kind: 'none' }), ALL),
    keeps('empty and', { kind: 'and', nodes: [] }, ALL),
    keeps('empty or', { kind: 'or', nodes: [] }, ''),
    keeps('no value', { kind: 'terms', field: 'kind', values: [] }, ''),
    keeps('deep nesting of filters', nestedFilter(24, terms('custodianId', 'x')), 'ab a'),
    finds('text and filter', literal('甲'), 'a', terms('custodianId', 'y')),
    finds('negated text and filter', not(literal('甲')), 'none', terms('custodianId', 'y')),
    finds('text and negated filter', literal('甲'), 'abc', not(terms('custodianId', 'x'))),
    finds('text and a filter that nothing meets', literal('甲'), '', { kind: 'none' }),
    finds('empty or with a filter', { kind: 'or', nodes: [] }, '', terms('custodianId', 'x')),
  ],
};
