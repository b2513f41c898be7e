import { describe, expect, it } from '@jest/globals';
import type { FilterNode } from '../../query/ast.js';
import type { QueryBody } from './cluster.js';
import { compileFilter } from './compile-filter.js';
import { toBody } from './condition.js';

const li: FilterNode = { kind: 'terms', field: 'custodianId', values: ['li'] };
const wang: FilterNode = { kind: 'terms', field: 'senderId', values: ['wang'] };
const isRecalled: FilterNode = { kind: 'flag', field: 'isRecalled', value: true };
const LI = { term: { custodianId: 'li' } };
const WANG = { term: { senderId: 'wang' } };
const RECALLED = { term: { isRecalled: true } };
const NOTHING = { match_none: {} };

function sentAt(from: number | null, to: number | null): FilterNode {
  return { kind: 'range', field: 'sentAt', from, to };
}

function delay(from: number | null, to: number | null): FilterNode {
  return { kind: 'range', field: 'recallDelaySeconds', from, to };
}

const filters: readonly (readonly [name: string, filter: FilterNode, body: QueryBody])[] = [
  ['everything', { kind: 'all' }, { match_all: {} }],
  ['nothing', { kind: 'none' }, NOTHING],
  ['a value', li, LI],
  ['values, each once', { kind: 'terms', field: 'id', values: ['b', 'a', 'b'] }, { terms: { id: ['b', 'a'] } }],
  ['no value', { kind: 'terms', field: 'id', values: [] }, NOTHING],
  ['half a character is nowhere', { kind: 'terms', field: 'senderId', values: ['\ud83d'] }, NOTHING],
  ['what no document can hold', { kind: 'terms', field: 'senderId', values: ['長'.repeat(11_000), 'a'] }, { term: { senderId: 'a' } }],
  ['the longest value', { kind: 'terms', field: 'senderId', values: ['x'.repeat(32_766)] }, { term: { senderId: 'x'.repeat(32_766) } }],
  ['a flag', { kind: 'flag', field: 'isEdited', value: false }, { term: { isEdited: false } }],
  ['dates', sentAt(1, 5), { range: { sentAt: { gte: 1, lt: 5 } } }],
  ['an open end', sentAt(-5, null), { range: { sentAt: { gte: -5 } } }],
  ['an open beginning', sentAt(null, 5), { range: { sentAt: { lt: 5 } } }],
  ['any date', sentAt(null, null), { exists: { field: 'sentAt' } }],
  ['fractions', sentAt(0.5, 1.5), { range: { sentAt: { gte: 1, lt: 2 } } }],
  ['between two whole numbers', sentAt(1.2, 1.8), NOTHING],
  ['no room', sentAt(5, 5), NOTHING],
  ['bounds beyond every date', sentAt(-Number.MAX_VALUE, Number.MAX_VALUE), { exists: { field: 'sentAt' } }],
  ['behind the last date', sentAt(1e300, null), NOTHING],
  ['the last date', sentAt(8.64e15, 8.64e15 + 1), { range: { sentAt: { gte: 8.64e15 } } }],
  ['before the first date', sentAt(null, -8.64e15), NOTHING],
  ['a number beyond its field', delay(2 ** 31, null), NOTHING],
  ['a bound beyond its field', delay(3, 2 ** 40), { range: { recallDelaySeconds: { gte: 3 } } }],
  ['and', { kind: 'and', nodes: [li, isRecalled] }, { bool: { filter: [LI, RECALLED] } }],
  ['and with not', { kind: 'and', nodes: [li, { kind: 'not', node: isRecalled }] }, { bool: { filter: [LI], must_not: [RECALLED] } }],
  [
    'several nots are one',
    { kind: 'and', nodes: [li, { kind: 'not', node: isRecalled }, { kind: 'not', node: wang }] },
    { bool: { filter: [LI], must_not: [WANG, RECALLED] } },
  ],
  ['or', { kind: 'or', nodes: [li, isRecalled] }, { bool: { should: [LI, RECALLED], minimum_should_match: 1 } }],
  [
    'or within or, values of one field put together',
    { kind: 'or', nodes: [isRecalled, { kind: 'or', nodes: [li, { kind: 'terms', field: 'custodianId', values: ['wang', 'li'] }] }] },
    { bool: { should: [{ terms: { custodianId: ['li', 'wang'] } }, RECALLED], minimum_should_match: 1 } },
  ],
  ['not not', { kind: 'not', node: { kind: 'not', node: li } }, LI],
  ['not', { kind: 'not', node: li }, { bool: { must_not: [LI] } }],
  ['not everything', { kind: 'not', node: { kind: 'all' } }, NOTHING],
  ['an empty and', { kind: 'and', nodes: [] }, { match_all: {} }],
  ['an empty or', { kind: 'or', nodes: [] }, NOTHING],
  ['nothing decides an and', { kind: 'and', nodes: [li, { kind: 'none' }] }, NOTHING],
  ['everything decides an or', { kind: 'or', nodes: [li, { kind: 'all' }] }, { match_all: {} }],
];

describe(compileFilter.name, () => {
  it.each(filters)('%s', (_name, filter, body) => {
    expect(toBody(compileFilter(filter))).toEqual(body);
  });

  it('puts more values than one clause takes into several', () => {
    const nodes = Array.from({ length: 7 }, (_, list): FilterNode => {
      return { kind: 'terms', field: 'id', values: Array.from({ length: 10_000 }, (__, index) => `${list}-${index}`) };
    });
    const { bool } = toBody(compileFilter({ kind: 'or', nodes }));
    expect((bool!.should as QueryBody[]).map(({ terms }) => (terms!['id'] as string[]).length)).toEqual([60_000, 10_000]);
  });
});
