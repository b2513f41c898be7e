import type { Message } from '../../src/domain/message.js';
import type { PreparedMessage } from '../../src/engine/prepared-batch.js';
import type { FilterNode } from '../../src/query/ast.js';
import type { RetentionPolicy } from '../../src/retention/retention-policy.js';
import { makeAttachment, makeMessage, type MessageOverrides } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { terms } from '../support/query-nodes.js';

/** A record of a message, as one archive has it. */
export interface Copy {
  readonly name: string;
  readonly message: Message;
  readonly prepared: PreparedMessage;
}

/** A condition of holds and policies, with its meaning said a second time. */
export interface Scope {
  readonly filter: FilterNode;
  readonly covers: (message: Message) => boolean;
}

/** When every message was sent, and captured. */
export const SENT = Date.UTC(2020, 0, 1);

function copy(nativeId: string, source: string, overrides: MessageOverrides = {}): Copy {
  const message = makeMessage(nativeId, { sentAt: SENT, text: nativeId, custodianIds: ['anna'], conversationId: `room-${nativeId}`, ...overrides, sources: [source] });
  return { name: `${nativeId} of ${source}`, message, prepared: prepare(message) };
}

/** Four messages: `A` and `B` are Anna's, but Ben's phone has them too; `C` names no custodian, so nobody knows whose it is. */
export const NAMES = ['A', 'B', 'C', 'D'] as const;

/** What is special about the first copy of a message: of `A` there are bytes. */
const SPECIAL: Readonly<Partial<Record<(typeof NAMES)[number], MessageOverrides>>> = {
  A: { attachments: [makeAttachment('a.pdf', { sha256: 'a'.repeat(64), token: 'reference-of-a', size: 1, state: 'not_scanned' })] },
  C: { custodianIds: [] },
};

/** The copies that are stored before a history begins. */
export const FIRST_COPIES: readonly Copy[] = NAMES.map((name) => copy(name, 'phone', SPECIAL[name]));

/** Further copies, each of which changes what is known. */
export const LATE_COPIES: readonly Copy[] = NAMES.flatMap((name) => [
  copy(name, 'company', { custodianIds: ['ben'] }),
  copy(name, 'recall', { custodianIds: [], recall: { at: SENT + 1, by: 'sender' } }),
]);

export const COPIES: readonly Copy[] = [...FIRST_COPIES, ...LATE_COPIES];

export const messageOf = (name: (typeof NAMES)[number]): Message => FIRST_COPIES[NAMES.indexOf(name)]!.message;

const ofCustodian = (custodian: string): Scope => ({
  filter: terms('custodianId', custodian),
  // Nobody named may be anybody.
  covers: ({ custodianIds }) => custodianIds.includes(custodian) || custodianIds.length === 0,
});

export const ANNA = ofCustodian('anna');
export const BEN = ofCustodian('ben');
export const NOT_ANNA: Scope = {
  filter: { kind: 'not', node: ANNA.filter },
  covers: ({ custodianIds }) => !custodianIds.includes('anna'),
};
export const RECALLED: Scope = { filter: { kind: 'flag', field: 'isRecalled', value: true }, covers: ({ recall }) => recall !== null };
export const ROOM_A: Scope = { filter: terms('conversationId', 'room-A'), covers: ({ conversationId }) => conversationId === 'room-A' };
export const ROOM_A_OR_B: Scope = {
  filter: terms('conversationId', 'room-A', 'room-B'),
  covers: ({ conversationId }) => conversationId === 'room-A' || conversationId === 'room-B',
};
export const EVERYTHING: Scope = { filter: { kind: 'all' }, covers: () => true };

export const SCOPES: readonly Scope[] = [ANNA, BEN, NOT_ANNA, RECALLED, ROOM_A, ROOM_A_OR_B, EVERYTHING];

/** The rule that lets every message of this cast go. */
export const DELETE_EVERYTHING: RetentionPolicy = {
  ...{ id: 'delete', name: 'delete', filter: { kind: 'all' }, action: 'delete', period: 'P1Y', until: null, version: 1 },
  ...{ trigger: { kind: 'sent', isTrusted: true }, timeZone: 'UTC', mode: 'operational', scope: 'global', state: 'active' },
};

/** What a filter means. */
export function scopeOf(filter: FilterNode): Scope {
  const found = SCOPES.find((scope) => JSON.stringify(scope.filter) === JSON.stringify(filter));
  if (found === undefined) throw new Error(`nobody said what ${JSON.stringify(filter)} means`);
  return found;
}
