import { describe, expect, it } from '@jest/globals';
import { makeMessage, makeSource } from '../../test/support/make-message.js';
import type { Message } from '../domain/message.js';
import { gapBetween, mayHaveGap } from './gap-before.js';

const captured = new Map([
  ['company', [['1', '10'] as const, ['13', '20'] as const, ['9007199254740990', '9007199254740995'] as const]],
  ['phone', [['5', '9'] as const]],
]);
const at = (places: Readonly<Record<string, string | null>>, kind: 'message' | 'recall' = 'message'): Message =>
  makeMessage('1', { sources: Object.entries(places).map(([source, sequence]) => makeSource(source, '1', { sequence, kind })) });

describe('gapBetween', () => {
  it.each<[string, Message, Message, number | null]>([
    ['numbers in between were read, in other conversations', at({ company: '2' }), at({ company: '10' }), 0],
    ['some were not', at({ company: '9' }), at({ company: '15' }), 2],
    ['numbers of 64 bits', at({ company: '9007199254740989' }), at({ company: '9007199254740993' }), 0],
    ['neighbors in the stream', at({ company: '10' }), at({ company: '11' }), 0],
    ['time runs against the stream', at({ company: '13' }), at({ company: '2' }), 0],
    ['the widest of two sources', at({ company: '3', phone: '3' }), at({ company: '6', phone: '6' }), 1],
    ['different sources', at({ company: '3' }), at({ phone: '9' }), null],
    ['a source that does not count', at({ company: null }), at({ company: '9' }), null],
    ['nothing known of the source', at({ other: '3' }), at({ other: '9' }), null],
    ['the place of a recall', at({ company: '10' }, 'recall'), at({ company: '13' }), null],
    ['more than can be counted', at({ company: '20' }), at({ company: '9007199254740990' }), 2 ** 31 - 1],
  ])('%s', (_what, previous, message, expected) => {
    expect(gapBetween(previous, message, captured)).toBe(expected);
    if (expected) expect(mayHaveGap(previous, message)).toBe(true);
  });
});
