import { compareNewestFirst } from '../../../src/domain/compare-messages.js';
import type { Message } from '../../../src/domain/message.js';
import { EVERYTHING } from '../../../src/query/ast.js';
import { makeMessage } from '../../support/make-message.js';
import { literal } from '../../support/query-nodes.js';
import type { CaseGroup, ContractCase } from '../contract-case.js';

const SECOND_OF_JUNE = Date.UTC(2026, 5, 2);

/** Stored in an order that is none of those asked for; three share one instant, three have no time. */
const messages: Message[] = [
  makeMessage('noTime1', { sentAt: null, text: '甲' }),
  makeMessage('june', { sentAt: SECOND_OF_JUNE, text: '甲' }),
  makeMessage('may', { sentAt: Date.UTC(2026, 4, 31, 23, 59, 59, 999), text: '甲' }),
  makeMessage('equal1', { sentAt: Date.UTC(2026, 5, 1), text: '甲乙' }),
  makeMessage('equal2', { sentAt: Date.UTC(2026, 5, 1), text: '甲' }),
  makeMessage('equal3', { sentAt: Date.UTC(2026, 5, 1), text: '甲乙' }),
  makeMessage('noTime2', { sentAt: null, text: '甲乙' }),
  makeMessage('before1970', { sentAt: -86_400_000, text: '甲' }),
  makeMessage('epoch', { sentAt: 0, text: '甲' }),
  makeMessage('year2099', { sentAt: Date.UTC(2099, 11, 31), text: '甲', dateState: 'future' }),
  makeMessage('noTime3', { sentAt: null, text: '甲' }),
  makeMessage('last', { sentAt: Date.UTC(2024, 1, 29), text: '乙' }),
];

const idOf = new Map(messages.map((message) => [message.nativeId, message.id]));

/** The ids are hashes: which of several equals comes first is known only by comparing them. */
function byId(...nativeIds: string[]): string[] {
  return nativeIds.sort((left, right) => (idOf.get(left)! < idOf.get(right)! ? -1 : 1));
}

const UNDATED = byId('noTime1', 'noTime2', 'noTime3');
const EQUAL = byId('equal1', 'equal2', 'equal3');

function ordered(name: string, text: string | null, order: 'newest' | 'oldest', expected: readonly string[]): ContractCase {
  return { name, text: text === null ? null : literal(text), filter: EVERYTHING, order, expected };
}

export const orderCases: CaseGroup = {
  capability: 'orders',
  messages,
  cases: [
    ordered('newest first, equals by id downwards, undated last by id upwards', '甲', 'newest', [
      'year2099',
      'june',
      ...[...EQUAL].reverse(),
      'may',
      'epoch',
      'before1970',
      ...UNDATED,
    ]),
    ordered('oldest first, equals by id upwards, undated last by id upwards', '甲', 'oldest', [
      'before1970',
      'epoch',
      'may',
      ...EQUAL,
      'june',
      'year2099',
      ...UNDATED,
    ]),
    ordered('without text', null, 'newest', [
      'year2099',
      'june',
      ...[...EQUAL].reverse(),
      'may',
      'last',
      'epoch',
      'before1970',
      ...UNDATED,
    ]),
    ordered('without text, oldest first', null, 'oldest', ['before1970', 'epoch', 'last', 'may', ...EQUAL, 'june', 'year2099', ...UNDATED]),
    ordered(
      'the domain compares alike',
      null,
      'newest',
      [...messages].sort(compareNewestFirst).map((message) => message.nativeId),
    ),
  ],
};
