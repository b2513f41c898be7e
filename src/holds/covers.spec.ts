import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeMessage } from '../../test/support/make-message.js';
import { scaled } from '../../test/support/scale.js';
import type { FilterNode } from '../query/ast.js';
import { fieldValues } from '../query/field-values.js';
import type { FieldValues } from '../query/fields.js';
import { matchesFilter } from '../query/matches.js';
import { covers, type Coverage } from './covers.js';

const DATED = fieldValues(makeMessage('dated', { sentAt: 1_000, custodianIds: ['c'], senderId: 's' }));
const BARE = fieldValues(makeMessage('bare', { sentAt: null, senderId: null }));
const CUSTODIAN: FilterNode = { kind: 'terms', field: 'custodianId', values: ['c'] };
const SENDER: FilterNode = { kind: 'terms', field: 'senderId', values: ['s'] };
const EARLY: FilterNode = { kind: 'range', field: 'sentAt', from: null, to: 1_000 };
const GROUP: FilterNode = { kind: 'terms', field: 'conversationKind', values: ['group'] };
const RECALLED: FilterNode = { kind: 'flag', field: 'isRecalled', value: true };
const QUICK: FilterNode = { kind: 'range', field: 'recallDelaySeconds', from: null, to: 60 };
const WARNED: FilterNode = { kind: 'terms', field: 'warning', values: ['TIME_MISSING'] };
const not = (node: FilterNode): FilterNode => ({ kind: 'not', node });
const and = (...nodes: FilterNode[]): FilterNode => ({ kind: 'and', nodes });
const or = (...nodes: FilterNode[]): FilterNode => ({ kind: 'or', nodes });

describe('covers', () => {
  it.each<[what: string, scope: FilterNode, dated: Coverage, bare: Coverage]>([
    ['everything', { kind: 'all' }, 'yes', 'yes'],
    ['nothing', { kind: 'none' }, 'no', 'no'],
    ['a fact in a list', CUSTODIAN, 'yes', 'unknown'],
    ['a single fact', SENDER, 'yes', 'unknown'],
    ['a time, its end exclusive', EARLY, 'no', 'unknown'],
    ['the negation of what is missing', not(SENDER), 'no', 'unknown'],
    ['the negation of a time', not(EARLY), 'yes', 'unknown'],
    ['unknown, but false in any case', and(SENDER, RECALLED), 'no', 'no'],
    ['unknown, and true otherwise', and(SENDER, GROUP), 'yes', 'unknown'],
    ['unknown, but true in any case', or(EARLY, GROUP), 'yes', 'yes'],
    ['unknown, and false otherwise', or(EARLY, RECALLED), 'no', 'unknown'],
    ['warnings: none is none', WARNED, 'no', 'no'],
    ['how soon what was never recalled was recalled', QUICK, 'no', 'no'],
  ])('%s', (_what, scope, dated, bare) => {
    expect([covers(scope, DATED), covers(scope, BARE)]).toEqual([dated, bare]);
  });

  it('takes a recall without a time as unknown', () => {
    expect(covers(QUICK, fieldValues(makeMessage('1', { recall: { at: null, by: null } })))).toBe('unknown');
  });

  it('refuses what it does not know', () => {
    expect(() => covers({ kind: 'terms', field: 'tag' as 'id', values: ['x'] }, DATED)).toThrow('unknown field tag');
    expect(() => covers({ kind: 'text' } as unknown as FilterNode, DATED)).toThrow('unknown kind');
  });

  it('says what a search says where nothing is missing, and never no where a fact that comes to be known could make it yes', () => {
    const { scope } = fc.letrec<{ scope: FilterNode }>((tie) => ({
      scope: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(CUSTODIAN, SENDER, EARLY, GROUP, RECALLED, WARNED),
        tie('scope').map(not),
        fc.array(tie('scope'), { minLength: 1, maxLength: 3 }).map((nodes) => and(...nodes)),
        fc.array(tie('scope'), { minLength: 1, maxLength: 3 }).map((nodes) => or(...nodes)),
      ),
    }));
    const whole = fc.record({ senderId: fc.constantFrom('s', 't'), custodianId: fc.constantFrom(['c'], ['d']), sentAt: fc.constantFrom(0, 5_000) });
    const missing = fc.subarray(['senderId', 'custodianId', 'sentAt'] as const);
    fc.assert(
      fc.property(scope, whole, missing, (node, facts, lost) => {
        const known: FieldValues = { ...DATED, ...facts };
        const answer = matchesFilter(node, known) ? 'yes' : 'no';
        expect(covers(node, known)).toBe(answer);
        const holes = Object.fromEntries(lost.map((field) => [field, field === 'custodianId' ? [] : null]));
        expect([answer, 'unknown']).toContain(covers(node, { ...known, ...holes }));
      }),
      { numRuns: scaled(20_000) },
    );
  });
});
