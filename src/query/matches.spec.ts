import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digitRuns } from '../analysis/digit-runs.js';
import { wordsOf } from '../analysis/word-tokens.js';
import { TEXT_FIELDS, type DigitsNode, type FilterNode, type NearNode, type TextField, type TextNode, type WordNode } from './ast.js';
import type { FieldValues } from './fields.js';
import { PART_BOUNDARY, type FoldedText } from './folded-text.js';
import { matches, matchesFilter, matchesText } from './matches.js';

const VALUES: FieldValues = {
  id: 'a1', identitySpace: 'wechat', source: ['phone1', 'phone2'], platform: 'wechat', conversationId: 'c1', conversationKind: 'group',
  custodianId: [], participantId: ['p1', 'p2'], senderId: null, kind: 'text', sentAt: 1000, dateState: 'exact', isRecalled: true,
  recallDelaySeconds: null, isEdited: false, hasAttachments: false, attachmentState: [], importRunId: ['r1'], warning: [], isOrphanRecall: false,
}; // prettier-ignore

const ALL: FilterNode = { kind: 'all' };
const NONE: FilterNode = { kind: 'none' };

describe('matchesFilter', () => {
  it.each<[node: FilterNode, expected: boolean]>([
    [ALL, true],
    [NONE, false],
    [{ kind: 'terms', field: 'kind', values: ['image', 'text'] }, true],
    [{ kind: 'terms', field: 'kind', values: ['tex'] }, false],
    [{ kind: 'terms', field: 'kind', values: [] }, false],
    [{ kind: 'terms', field: 'source', values: ['phone2'] }, true],
    [{ kind: 'terms', field: 'source', values: ['phone'] }, false],
    [{ kind: 'terms', field: 'senderId', values: ['null', ''] }, false],
    [{ kind: 'not', node: { kind: 'terms', field: 'senderId', values: ['p1'] } }, true],
    [{ kind: 'terms', field: 'custodianId', values: [''] }, false],
    [{ kind: 'flag', field: 'isRecalled', value: true }, true],
    [{ kind: 'flag', field: 'isRecalled', value: false }, false],
    [{ kind: 'flag', field: 'isEdited', value: false }, true],
    [{ kind: 'range', field: 'sentAt', from: 1000, to: null }, true],
    [{ kind: 'range', field: 'sentAt', from: 1001, to: null }, false],
    [{ kind: 'range', field: 'sentAt', from: null, to: 1000 }, false],
    [{ kind: 'range', field: 'sentAt', from: 0, to: 1001 }, true],
    [{ kind: 'range', field: 'recallDelaySeconds', from: null, to: null }, false],
    [{ kind: 'not', node: { kind: 'range', field: 'recallDelaySeconds', from: 0, to: null } }, true],
    [{ kind: 'and', nodes: [ALL, NONE] }, false],
    [{ kind: 'and', nodes: [] }, true],
    [{ kind: 'or', nodes: [NONE, ALL] }, true],
    [{ kind: 'or', nodes: [] }, false],
  ])('%j is %s', (node, expected) => {
    expect(matchesFilter(node, VALUES)).toBe(expected);
  });

  it.each([{ kind: 'terms', field: 'owner', values: ['x'] }, { kind: 'flag', field: 'sent', value: true }, { kind: 'like' }])(
    'throws on what it does not know: %j',
    (node) => {
      expect(() => matchesFilter(node as unknown as FilterNode, VALUES)).toThrow(/unknown/);
    },
  );
});

function folded(body: string, name = '', attachment = ''): FoldedText {
  return { body, name, attachment };
}

function literal(key: string, fields: readonly TextField[] = TEXT_FIELDS): TextNode {
  return { kind: 'literal', key, source: key, fields };
}

function word(key: string): WordNode {
  return { kind: 'word', key, source: key, fields: TEXT_FIELDS };
}

function digits(key: string): DigitsNode {
  return { kind: 'digits', digits: key, source: key, fields: TEXT_FIELDS };
}

function near(left: string, distance: number, right: string, ordered = false): NearNode {
  return { kind: 'near', left, right, source: '', distance, ordered, fields: TEXT_FIELDS };
}

function before(left: string, distance: number, right: string): NearNode {
  return near(left, distance, right, true);
}

describe('matchesText', () => {
  it.each<[what: string, node: TextNode, text: FoldedText, expected: boolean]>([
    ['inside a longer word', literal('理简'), folded('处理简单'), true],
    ['in another field', literal('合同'), folded('', '合同.pdf'), true],
    ['in a field not asked', literal('合同', ['body', 'attachment']), folded('', '合同.pdf'), false],
    ['across fields', literal('ab'), folded('a', 'b'), false],
    ['across parts', literal('ab'), folded(`a${PART_BOUNDARY}b`), false],
    ['and across fields', { kind: 'and', nodes: [literal('a'), literal('b')] }, folded('a', 'b'), true],
    ['and, one missing', { kind: 'and', nodes: [literal('a'), literal('b')] }, folded('a'), false],
    ['or', { kind: 'or', nodes: [literal('x'), literal('a')] }, folded('a'), true],
    ['not', { kind: 'not', node: literal('a') }, folded('b'), true],
    ['not of a hit', { kind: 'not', node: literal('a') }, folded('ba'), false],

    ['whole word', word('art'), folded('the art.'), true],
    ['inside party', word('art'), folded('party'), false],
    ['before a digit', word('art'), folded('art1'), false],
    ['behind a digit', word('art'), folded('1art'), false],
    ['between Han', word('art'), folded('这art呢'), true],
    ['beside an underscore', word('pd1728'), folded('pd1728_a'), true],
    ['behind an accented letter that folding keeps', word('re'), folded('øre'), false],
    ['beside a Latin letter beyond the BMP', word('a'), folded('\u{1df1e}a'), false],
    ['behind an emoji', word('a'), folded('😀a😀'), true],
    ['a later occurrence', word('art'), folded('party art'), true],
    ['at the boundary of a part', word('art'), folded(`x${PART_BOUNDARY}art${PART_BOUNDARY}y`), true],
    ['no word', word('art'), folded(''), false],

    ['touching', near('a', 0, 'b'), folded('ab'), true],
    ['touching, other order', near('a', 0, 'b'), folded('ba'), true],
    ['ordered, other order', before('a', 5, 'b'), folded('ba'), false],
    ['ordered', before('a', 2, 'b'), folded('b axxb'), true],
    ['one too far', near('a', 2, 'b'), folded('axxxb'), false],
    ['at the distance', near('a', 3, 'b'), folded('axxxb'), true],
    ['emoji count once', near('a', 3, 'b'), folded('a😀😀😀b'), true],
    ['emoji, one too far', near('a', 2, 'b'), folded('a😀😀😀b'), false],
    ['overlapping only', near('ab', 9, 'bc'), folded('abc'), false],
    ['the same twice', near('ab', 1, 'ab'), folded('ab ab'), true],
    ['the same once', near('ab', 1, 'ab'), folded('ab'), false],
    ['the same, overlapping itself', near('aa', 5, 'aa'), folded('aaa'), false],
    ['the nearer of two lefts', before('a', 1, 'b'), folded('axxaxb'), true],
    ['a right hidden behind an overlapping one', before('ab', 0, 'ba'), folded('abba'), true],
    ['in two parts', near('a', 9, 'b'), folded(`a${PART_BOUNDARY}b`), false],
    ['in the second part', near('a', 9, 'b'), folded(`a${PART_BOUNDARY}b a`), true],
    ['in two fields', near('a', 9, 'b'), folded('a', 'b'), false],

    ['digits in a row', digits('0013'), folded('13800138000'), true],
    ['separated', digits('13800138000'), folded('电话138-0013 8000。'), true],
    ['three separators', digits('1234'), folded('12 - 34'), true],
    ['four separators', digits('1234'), folded('12 -- 34'), false],
    ['three more separators later on', digits('123456'), folded('12 - 34 - 56'), true],
    ['brackets and dots', digits('02088881234'), folded('(020) 8888.1234'), true],
    ['other signs', digits('1234'), folded('12:34'), false],
    ['a Han between', digits('1234'), folded('12年34'), false],
    ['across parts', digits('1234'), folded(`12${PART_BOUNDARY}34`), false],
    ['a run at the end of a second field', digits('34'), folded('12', 'x 3 4'), true],
    ['a piece of a separated run', digits('38000'), folded('1-3-8-0-0-0-1'), true],
  ])('%s', (_what, node, text, expected) => {
    expect(matchesText(node, text)).toBe(expected);
  });

  it('means by words and numbers what the index means', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'aab1122211--  (合ø😀\u00b7', PART_BOUNDARY),
      maxLength: 20,
    });
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2'), minLength: 1, maxLength: 3 });
    const number = fc.string({ unit: fc.constantFrom('1', '2'), minLength: 2, maxLength: 3 });
    let hits = 0;
    fc.assert(
      fc.property(text, key, number, (body, wordKey, digitKey) => {
        expect(matchesText(word(wordKey), folded(body))).toBe(wordsOf(body).includes(wordKey));
        const isThere = body.includes(digitKey) || digitRuns(body).some((run) => run.includes(digitKey));
        expect(matchesText(digits(digitKey), folded(body))).toBe(isThere);
        if (isThere) hits++;
      }),
      { numRuns: 2_000 },
    );
    expect(hits).toBeGreaterThan(50);
  });

  it('finds a pair exactly where trying all pairs of places finds one', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'x', '😀', PART_BOUNDARY), { maxLength: 12 });
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(text, key, key, fc.nat(4), fc.boolean(), (units, left, right, distance, ordered) => {
        const places = (of: string): [from: number, to: number][] =>
          units.flatMap((_, from) =>
            [1, 2]
              .map((size): [number, number] => [from, from + size])
              .filter(([, to]) => units.slice(from, to).join('') === of && to <= units.length),
          );
        const follows = ([, end]: [number, number], [start]: [number, number]): boolean =>
          start >= end && start - end <= distance && !units.slice(end, start).includes(PART_BOUNDARY);
        const expected = places(left).some((one) =>
          places(right).some((other) => follows(one, other) || (!ordered && follows(other, one))),
        );
        expect(matchesText(near(left, distance, right, ordered), folded(units.join('')))).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it('throws on what it does not know', () => {
    expect(() => matchesText({ kind: 'glob' } as unknown as TextNode, folded(''))).toThrow(/unknown/);
  });

  it('answers in time on text made to be slow', () => {
    const begun = performance.now();
    expect(matchesText(near('a', 1000, 'b'), folded('a'.repeat(200_000)))).toBe(false);
    expect(matchesText(digits('12345'), folded('1 '.repeat(500_000)))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

describe('matches', () => {
  it.each<[filter: FilterNode, text: TextNode | null, expected: boolean]>([
    [ALL, null, true],
    [NONE, null, false],
    [ALL, literal('a'), true],
    [ALL, literal('x'), false],
    [NONE, literal('a'), false],
  ])('needs both: %j, %j', (filter, text, expected) => {
    expect(matches({ filter, text }, { values: VALUES, folded: folded('a') })).toBe(expected);
  });
});
