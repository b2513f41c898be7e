import { hash } from 'node:crypto';
import type { MappedEntry, MessageDraft } from '../domain/archive-record.js';
import type { MessagePart, Recall } from '../domain/message.js';
import type { MessageKind } from '../domain/values.js';
import type { MappingContext } from './archive-importer.js';
import { rejected } from './json-record.js';
import { readTime, type ReadTime } from './read-time.js';
import { isJsonObject, RecordFields, type JsonObject } from './record-fields.js';
import { allText, readBody, readInnerJson } from './wecom-body.js';
import type { OpenedRecord } from './wecom-envelope.js';
import { WecomAttachments } from './wecom-media.js';
import { isTrue, readPeople, readTypedPeople, type WecomPeople } from './wecom-people.js';
import { splitReply, type SplitReply } from './wecom-reply.js';
import { VOTE_KEYS, WECOM_TYPES, type WecomType } from './wecom-types.js';

/** Keys that the model tells, in either dialect, and those of an envelope that could not be opened. */
const COMMON_KEYS = [
  'msgid',
  'seq',
  'action',
  'from',
  'tolist',
  'roomid',
  'msgtime',
  'msgtype',
  'is_grp',
  'is_revoke',
  'revoke_time',
  'sender',
  'receiver_list',
  'chatid',
  'send_time',
  'is_recalled',
  'publickey_ver',
  'encrypt_random_key',
  'encrypt_chat_msg',
] as const;
const SECOND_DIALECT_KEYS = ['sender', 'receiver_list', 'send_time', 'is_recalled'] as const;
const TOLD = new Map<string, ReadonlySet<string>>();
const NO_TIME: ReadTime = readTime(null, 0);
const LARGEST_SECONDS = 1e10;

/** The parts of a draft that are read apart. */
interface Content extends SplitReply {
  readonly nativeType: string | null;
  readonly kind: MessageKind;
  readonly conversationName: string | null;
  readonly parts: readonly MessagePart[];
  readonly attachments: WecomAttachments;
}

/** A body where the record holds it. */
interface FoundBody {
  readonly name: string | null;
  readonly type: WecomType | null;
  readonly body: JsonObject | string | null;
  readonly keys: readonly string[];
}

/** Understands one decrypted record of any dialect. */
export function mapWecomRecord(opened: OpenedRecord, hasDuplicateKeys: boolean, { now, identitySpace }: MappingContext): MappedEntry {
  const record = withoutNulls(opened.record);
  const fields = new RecordFields(record);
  if (hasDuplicateKeys) fields.warn('DUPLICATE_KEY');
  if (opened.isUnreadable) fields.warn('INNER_JSON_UNREADABLE');
  for (const [key, value] of opened.others) fields.keepValue(key, value);
  if (fields.value('seq') !== undefined && opened.sequence === null) fields.keep('seq', 'FIELD_IGNORED');
  const isSecond = SECOND_DIALECT_KEYS.some((key) => fields.value(key) !== undefined);
  const people = isSecond ? readTypedPeople(fields, identitySpace) : readPeople(fields, identitySpace);
  const nativeId = fields.identifier('msgid') ?? new RecordFields({ msgid: opened.nativeId }).identifier('msgid');
  const action = fields.value('action');
  if (action === 'switch') return mapSwitch(fields, nativeId, opened.sequence, now);
  const isRecall = action === 'recall' || fields.value('msgtype') === 'revoke';
  const target = isRecall ? recalledId(fields.value('revoke')) : null;
  if (target !== null) return mapRecall(fields, people, { target, nativeId }, opened.sequence, now);
  if (isRecall) fields.warn('FIELD_MISSING');
  if (nativeId === null && !looksLikeMessage(fields)) return noId(fields.value('msgid'));
  const time = isSecond ? readSeconds(fields.value('send_time'), now) : readTime(fields.value('msgtime'), now);
  if (time.warning !== null) fields.warn(time.warning);
  if (people.conversationId === '' || people.senderId === null) fields.warn('FIELD_MISSING');
  const recall = readRecallFlag(fields, now);
  const content = readContent(fields, record, isSecond, now);
  const draft = draftOf(fields, { nativeId, people, time, recall, content });
  return { kind: 'message', draft, media: content.attachments.media, sourceKind: 'message', sequence: opened.sequence };
}

/** An employee switched to another company's account: `{msgid, action, time, user}`. */
function mapSwitch(fields: RecordFields, nativeId: string | null, sequence: string | null, now: number): MappedEntry {
  if (nativeId === null && fields.value('user') === undefined) return noId(fields.value('msgid'));
  const user = fields.identifier('user');
  if (user === null) fields.warn('FIELD_MISSING');
  const time = readTime(fields.value('time'), now);
  if (time.warning !== null) fields.warn(time.warning);
  fields.keepOthers(new Set([...COMMON_KEYS, 'user', 'time']));
  const people: WecomPeople = {
    senderId: user,
    recipientIds: [],
    custodianIds: user === null ? [] : [user],
    conversationId: '',
    conversationKind: 'unknown',
  };
  const content = contentOf('switch', 'company_switch', '', new WecomAttachments(fields));
  const draft = draftOf(fields, { nativeId, people, time, recall: null, content });
  return { kind: 'message', draft, media: [], sourceKind: 'message', sequence };
}

/** What a recall tells of the message it recalls. Whose message that was it does not tell: who recalls one takes part, no more. */
function mapRecall(
  fields: RecordFields,
  people: WecomPeople,
  ids: { readonly target: string; readonly nativeId: string | null },
  sequence: string | null,
  now: number,
): MappedEntry {
  const { at, warning } = readTime(fields.value('msgtime'), now);
  if (warning !== null) fields.warn(warning);
  if (people.senderId === null) fields.warn('FIELD_MISSING');
  const body = fields.value('revoke');
  const { pre_msgid: _target, ...rest } = isJsonObject(body) ? body : { pre_msgid: null };
  fields.keepOthers(new Set([...COMMON_KEYS, 'revoke']));
  fields.keepValue('revoke', { msgid: ids.nativeId, ...rest });
  const everybody = [...people.recipientIds, ...(people.senderId === null ? [] : [people.senderId])].sort();
  const draft = draftOf(fields, {
    nativeId: ids.target,
    people: { ...people, senderId: null, recipientIds: everybody },
    time: NO_TIME,
    recall: { at, by: people.senderId },
    content: contentOf(null, 'system', '', new WecomAttachments(fields)),
  });
  return { kind: 'message', draft, media: [], sourceKind: 'recall', sequence };
}

function readContent(fields: RecordFields, record: JsonObject, isSecond: boolean, now: number): Content {
  const attachments = new WecomAttachments(fields);
  const { name, type, body, keys } = findBody(fields, record);
  const told = toldBy(keys);
  if (isSecond) fields.keepValue('msgtype', fields.value('msgtype'));
  if (type === null) {
    fields.warn('TYPE_UNKNOWN');
    fields.keepOthers(told);
    const text = allText(Object.entries(record).flatMap(([key, value]) => (told.has(key) ? [] : [value])));
    if (text === '') fields.warn('BODY_MISSING');
    return contentOf(name, 'other', text, attachments);
  }
  fields.keepOthers(told);
  if (!isJsonObject(body)) {
    fields.warn(body === null ? 'BODY_MISSING' : 'INNER_JSON_UNREADABLE');
    return contentOf(name, type.kind, body ?? '', attachments);
  }
  const read = readBody(body, type, { fields, attachments, now });
  if (name === 'text' && typeof body['content'] !== 'string') fields.warn('BODY_MISSING');
  if (name !== null && Object.keys(read.rest).length > 0) fields.keepValue(name, read.rest);
  const { text, quoted } = name === 'text' ? splitReply(read.text) : { text: read.text, quoted: null };
  const room = name === 'collect' && typeof body['room_name'] === 'string' ? body['room_name'] || null : null;
  return { nativeType: name, kind: read.kind, text, quoted, conversationName: room, parts: read.parts, attachments };
}

/** The body by the record's msgtype; where that is a number or absent, by the key it stands under. */
function findBody(fields: RecordFields, record: JsonObject): FoundBody {
  const written = fields.value('msgtype');
  const name = typeof written === 'string' && written !== '' ? written : typeof written === 'number' ? String(written) : null;
  const known = name === null || /^\d+$/.test(name) ? Object.keys(record).find((key) => WECOM_TYPES.has(key)) : name;
  const type = known === undefined ? undefined : WECOM_TYPES.get(known);
  if (known === undefined || type === undefined) return { name, type: null, body: null, keys: [] };
  if (known === 'vote' && !isJsonObject(record['vote']) && VOTE_KEYS.some((key) => Object.hasOwn(record, key))) {
    const body = Object.fromEntries(VOTE_KEYS.filter((key) => Object.hasOwn(record, key)).map((key) => [key, record[key]]));
    return { name: known, type, body, keys: VOTE_KEYS };
  }
  const key = [...type.keys, known, 'content'].find((candidate) => Object.hasOwn(record, candidate));
  if (key === undefined) return { name: known, type, body: null, keys: [] };
  const value = record[key];
  const body = typeof value === 'string' ? (readInnerJson(value) ?? value) : isJsonObject(value) ? value : allText(value);
  return { name: known, type, body: known === 'text' && typeof body === 'string' ? { content: body } : body, keys: [key] };
}

/** The common keys and these, made once for each of the few lists of keys. */
function toldBy(keys: readonly string[]): ReadonlySet<string> {
  const name = keys.join();
  const known = TOLD.get(name);
  if (known !== undefined) return known;
  const told = new Set<string>([...COMMON_KEYS, ...keys]);
  TOLD.set(name, told);
  return told;
}

function contentOf(nativeType: string | null, kind: MessageKind, text: string, attachments: WecomAttachments): Content {
  return { nativeType, kind, text, quoted: null, conversationName: null, parts: [], attachments };
}

function draftOf(
  fields: RecordFields,
  read: { nativeId: string | null; people: WecomPeople; time: ReadTime; recall: Recall | null; content: Content },
): MessageDraft {
  const { people, time, recall, content } = read;
  const attachments = content.attachments.attachments;
  const nativeId =
    read.nativeId ??
    madeId(
      people,
      time,
      content,
      attachments.map(({ id }) => id),
    );
  if (read.nativeId === null) fields.warn('ID_MADE');
  return {
    nativeId,
    nativeType: content.nativeType,
    platform: 'wecom',
    kind: content.kind,
    conversationId: people.conversationId,
    conversationName: content.conversationName,
    conversationKind: people.conversationKind,
    senderId: people.senderId,
    senderName: null,
    recipientIds: people.recipientIds,
    custodianIds: people.custodianIds,
    sentAt: time.at,
    sentAtBasis: time.basis,
    dateState: time.dateState,
    text: content.text,
    editedAt: null,
    quoted: content.quoted,
    parts: content.parts,
    attachments,
    versions: [],
    recall,
    extra: fields.extra(),
    warnings: fields.allWarnings(),
  };
}

/** The same for every copy of a message, whatever dialect or wrapping it comes in. */
function madeId(people: WecomPeople, time: ReadTime, content: Content, attachmentIds: readonly string[]): string {
  const { senderId, conversationId } = people;
  const { nativeType, text, quoted, parts } = content;
  const facts = [senderId, conversationId, time.at, nativeType, text, quoted?.text ?? null, parts, attachmentIds];
  return `made:${hash('sha256', JSON.stringify(facts), 'hex').slice(0, 32)}`;
}

function noId(value: unknown): MappedEntry {
  const isMissing = value === undefined || typeof value === 'string';
  return isMissing ? rejected('FIELD_MISSING', 'no msgid') : rejected('FIELD_TYPE', 'msgid is neither text nor a number');
}

/** Enough of a message that it would be a loss to leave it out for its missing id. */
function looksLikeMessage(fields: RecordFields): boolean {
  const has = (key: string): boolean => fields.value(key) !== undefined;
  return has('msgtype') && (has('from') || has('sender')) && (has('msgtime') || has('send_time'));
}

/** Numbers are taken as their digits. Null when the recall names no message. */
function recalledId(body: unknown): string | null {
  const revoke = typeof body === 'string' ? readInnerJson(body) : body;
  return isJsonObject(revoke) ? new RecordFields(revoke).identifier('pre_msgid') : null;
}

/** Columns of dumps, and the flag of the second dialect, which tell a recall without who and often without when. */
function readRecallFlag(fields: RecordFields, now: number): Recall | null {
  const time = readTime(fields.value('revoke_time'), now);
  if (time.at !== null && time.warning !== null) fields.warn(time.warning);
  const isFlagged = isTrue(fields.value('is_revoke')) || isTrue(fields.value('is_recalled'));
  return isFlagged || time.at !== null ? { at: time.at, by: null } : null;
}

/** The second dialect counts seconds, by its documentation; milliseconds are told by their digits. */
function readSeconds(value: unknown, now: number): ReadTime {
  const seconds = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || seconds === 0 || seconds >= LARGEST_SECONDS) return readTime(value, now);
  const { at, dateState, warning } = readTime(seconds * 1000, now);
  return { at, basis: { value: String(value), zone: null, unit: at === null ? 'none' : 's', assumed: false }, dateState, warning };
}

/** Dumps hold every key of every type, most of them null. */
function withoutNulls(record: JsonObject): JsonObject {
  const keys = Object.keys(record);
  return keys.some((key) => record[key] === null)
    ? Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))
    : record;
}
