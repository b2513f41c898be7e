import { describe, expect, it } from '@jest/globals';
import type { FilterNode } from '../query/ast.js';
import { checkFilter } from '../query/check-query.js';
import type { FieldValues } from '../query/fields.js';
import { matchesFilter } from '../query/matches.js';
import { toFilter, type FilterParameters } from './to-filter.js';

const VALUES: FieldValues = {
  id: 'a1', identitySpace: 'wechat', source: ['s1'], platform: 'wechat', conversationId: 'c1', conversationKind: 'group',
  custodianId: ['k1'], participantId: ['p1', 'p2'], senderId: 'p1', kind: 'text', sentAt: 1000, dateState: 'exact', isRecalled: true,
  recallDelaySeconds: 120, isEdited: true, hasAttachments: true, attachmentState: ['missing'], importRunId: ['r1'], warning: ['TIME_UNIT'],
  isOrphanRecall: false,
}; // prettier-ignore
const UNDATED: FieldValues = { ...VALUES, sentAt: null, recallDelaySeconds: null, dateState: 'undated' };

describe('toFilter', () => {
  it.each<[parameters: FilterParameters, expected: FilterNode]>([
    [{}, { kind: 'all' }],
    [{ ids: null, sentFrom: undefined, and: null, or: null, not: null }, { kind: 'all' }],
    [{ ids: [] }, { kind: 'none' }],
    [{ kinds: ['text'], warnings: [] }, { kind: 'none' }],
    [{ kinds: ['text', 'text'] }, { kind: 'terms', field: 'kind', values: ['text'] }],
    [{ sentFrom: 0 }, { kind: 'range', field: 'sentAt', from: 0, to: null }],
    [{ and: [] }, { kind: 'all' }],
    [{ or: [] }, { kind: 'none' }],
    [{ or: [{}, { ids: ['x'] }] }, { kind: 'all' }],
    [{ not: {} }, { kind: 'none' }],
    [{ not: { ids: [] } }, { kind: 'all' }],
    [
      { isEdited: false, and: [{ isRecalled: true, hasAttachments: true }] },
      {
        kind: 'and',
        nodes: [
          { kind: 'flag', field: 'isEdited', value: false },
          { kind: 'flag', field: 'isRecalled', value: true },
          { kind: 'flag', field: 'hasAttachments', value: true },
        ],
      },
    ],
  ])('%j becomes %j', (parameters, expected) => {
    expect(toFilter(parameters)).toEqual(expected);
  });

  it.each<[fits: FilterParameters, fails: FilterParameters]>([
    [{ ids: ['b2', 'a1'] }, { ids: ['b2'] }],
    [{ sources: ['s1'] }, { sources: ['s2'] }],
    [{ platforms: ['wechat'] }, { platforms: ['mail'] }],
    [{ conversationIds: ['c1'] }, { conversationIds: ['c'] }],
    [{ conversationKinds: ['group'] }, { conversationKinds: ['direct'] }],
    [{ custodianIds: ['k1'] }, { custodianIds: ['p1'] }],
    [{ participantIds: ['p2'] }, { participantIds: ['k1'] }],
    [{ senderIds: ['p1'] }, { senderIds: ['p2'] }],
    [{ kinds: ['text'] }, { kinds: ['image'] }],
    [{ sentFrom: 1000 }, { sentFrom: 1001 }],
    [{ sentTo: 1001 }, { sentTo: 1000 }],
    [{ dateStates: ['exact'] }, { dateStates: ['undated'] }],
    [{ isRecalled: true }, { isRecalled: false }],
    [{ recalledWithinSeconds: 120 }, { recalledWithinSeconds: 119 }],
    [{ recalledWithinSeconds: 120.5 }, { recalledWithinSeconds: 119.9 }],
    [{ isEdited: true }, { isEdited: false }],
    [{ hasAttachments: true }, { hasAttachments: false }],
    [{ attachmentStates: ['missing', 'ok'] }, { attachmentStates: ['ok'] }],
    [{ importRunIds: ['r1'] }, { importRunIds: ['r2'] }],
    [{ warnings: ['TIME_UNIT'] }, { warnings: ['TIME_FUTURE'] }],
    [{ identitySpaces: ['wechat'] }, { identitySpaces: ['s1'] }],
    [
      { ids: ['a1'], kinds: ['text'] },
      { ids: ['a1'], kinds: ['image'] },
    ],
    [{ and: [{ ids: ['a1'] }, { kinds: ['text'] }] }, { and: [{ ids: ['a1'] }, { kinds: ['image'] }] }],
    [{ or: [{ ids: ['x'] }, { kinds: ['text'] }] }, { or: [{ ids: ['x'] }, { kinds: ['image'] }] }],
    [{ not: { ids: ['x'] } }, { not: { ids: ['a1'] } }],
    [
      { ids: ['a1'], or: [{ kinds: ['text'] }] },
      { ids: ['x'], or: [{ kinds: ['text'] }] },
    ],
  ])('%j fits and %j does not', (fits, fails) => {
    expect([fits, fails].map((parameters) => matchesFilter(toFilter(parameters), VALUES))).toEqual([true, false]);
    expect(() => [fits, fails].forEach((parameters) => checkFilter(toFilter(parameters)))).not.toThrow();
  });

  it.each<[parameters: FilterParameters, expected: boolean]>([
    [{ sentFrom: 0 }, false],
    [{ sentTo: Number.MAX_SAFE_INTEGER }, false],
    [{ recalledWithinSeconds: 1e9 }, false],
    [{ dateStates: ['undated'] }, true],
    [{ not: { sentFrom: 0 } }, true],
  ])('an undated message under %j: %s', (parameters, expected) => {
    expect(matchesFilter(toFilter(parameters), UNDATED)).toBe(expected);
  });

  it('refuses endless nesting', () => {
    let parameters: FilterParameters = {};
    for (let level = 0; level < 100_000; level++) parameters = { and: [parameters] };
    expect(() => toFilter(parameters)).toThrow(expect.objectContaining({ code: 'QUERY_TOO_DEEP' }));
  });
});
