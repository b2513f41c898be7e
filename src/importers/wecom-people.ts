import { hash } from 'node:crypto';
import type { ConversationKind } from '../domain/values.js';
import { parseJson } from './parse-json.js';
import { isJsonObject, RecordFields } from './record-fields.js';

/** Ids of WeChat customers, of other companies' people and of robots; those of staff are chosen by their company. */
const NOT_STAFF = /^w[mob][\w-]{8,}$/;
/** `type` of staff in the second dialect, whose ids tell nothing. */
const STAFF = '1';
const ROOM = /^wr/;

/** Who takes part in a record, and where. */
export interface WecomPeople {
  readonly senderId: string | null;
  /** Sorted, without the sender. */
  readonly recipientIds: readonly string[];
  /** Sorted. */
  readonly custodianIds: readonly string[];
  /** Empty when the record tells neither a room nor two participants. */
  readonly conversationId: string;
  readonly conversationKind: ConversationKind;
}

/** Reads `from`, `tolist`, `roomid` and `is_grp`. `identitySpace`: the company. */
export function readPeople(fields: RecordFields, identitySpace: string): WecomPeople {
  const senderId = fields.identifier('from');
  const recipients = readRecipients(fields);
  const everybody = [...(senderId === null ? [] : [senderId]), ...recipients];
  const roomId = fields.identifier('roomid');
  const conversation = conversationOf(roomId, roomId !== null || isTrue(fields.value('is_grp')), everybody, identitySpace);
  return {
    senderId,
    recipientIds: recipients.filter((id) => id !== senderId),
    custodianIds: distinct(everybody.filter((id) => !NOT_STAFF.test(id))),
    conversationId: conversation.id,
    conversationKind: conversation.kind,
  };
}

/** Reads `sender {type, id}`, `receiver_list [{type, id}]` and `chatid` of the second dialect. */
export function readTypedPeople(fields: RecordFields, identitySpace: string): WecomPeople {
  const [sender] = readTyped([fields.value('sender')]);
  const list = fields.value('receiver_list');
  const receivers = readTyped(Array.isArray(list) ? (list as unknown[]) : []);
  const everybody = [...(sender === undefined ? [] : [sender]), ...receivers];
  const chatId = fields.identifier('chatid');
  const isGroup = chatId !== null && (ROOM.test(chatId) || receivers.length > 1);
  const conversation = conversationOf(
    chatId,
    isGroup,
    everybody.map(({ id }) => id),
    identitySpace,
  );
  return {
    senderId: sender?.id ?? null,
    recipientIds: distinct(receivers.map(({ id }) => id).filter((id) => id !== sender?.id)),
    custodianIds: distinct(everybody.filter(({ isStaff }) => isStaff).map(({ id }) => id)),
    conversationId: conversation.id,
    conversationKind: conversation.kind,
  };
}

/** `true`, 1, and how dumps write them. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** A dump may hold the list as JSON in a string, or as ids between commas. */
function readRecipients(fields: RecordFields): string[] {
  const value = fields.value('tolist');
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return fields.identifiers('tolist');
  fields.warn('RECIPIENTS_AS_STRING');
  try {
    return new RecordFields({ tolist: parseJson(value).value }).identifiers('tolist');
  } catch {
    return fields.identifiers('tolist');
  }
}

function readTyped(values: readonly unknown[]): { id: string; isStaff: boolean }[] {
  return values.filter(isJsonObject).flatMap((person) => {
    const id = new RecordFields(person).identifier('id');
    return id === null ? [] : [{ id, isStaff: String(person['type']) === STAFF }];
  });
}

/**
 * The conversation of a record. Two people have no room: theirs is named after both, so that both sides' records agree, and after
 * their company, because another one may have people of the same ids. A call without a room is named after all its participants.
 */
function conversationOf(
  roomId: string | null,
  isGroup: boolean,
  people: readonly string[],
  identitySpace: string,
): { id: string; kind: ConversationKind } {
  if (roomId !== null) return { id: roomId, kind: isGroup ? 'group' : 'direct' };
  if (people.length < 2) return { id: '', kind: 'unknown' };
  const participants = distinct(people);
  const id = hash('sha256', [identitySpace, ...participants].join('\0'), 'hex').slice(0, 32);
  return { id, kind: isGroup || participants.length > 2 ? 'group' : 'direct' };
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}
