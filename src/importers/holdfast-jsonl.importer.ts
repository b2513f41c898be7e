import type { MappedEntry, MessageDraft, RawEntry } from '../domain/archive-record.js';
import type { Quoted, Recall } from '../domain/message.js';
import { CONVERSATION_KINDS, MESSAGE_KINDS, PLATFORMS } from '../domain/values.js';
import type { ArchiveImporter, FileHead, MappingContext } from './archive-importer.js';
import { readAttachments, type ReadAttachments } from './holdfast-attachments.js';
import { cutLines } from './json-lines.js';
import { nameOf, readJsonRecord, rejected } from './json-record.js';
import { readTime } from './read-time.js';
import { isJsonObject, RecordFields, type JsonObject } from './record-fields.js';

const REQUIRED = ['id', 'conversationId', 'senderId', 'sentAt'] as const;
const KNOWN = new Set<string>([
  ...REQUIRED,
  'text',
  'senderName',
  'conversationName',
  'conversationKind',
  'recipientIds',
  'custodianIds',
  'kind',
  'platform',
  'recalledAt',
  'recalledBy',
  'quoted',
  'attachments',
]);
const KNOWN_IN_QUOTED = new Set(['text', 'author', 'id']);
const FILE_NAME = /\.(jsonl|ndjson)(\.gz)?$/i;
const LINES_TO_JUDGE_BY = 20;

/** Holdfast JSONL, the documented interchange format: one message a line (docs/holdfast-jsonl.md). */
export const holdfastJsonlImporter: ArchiveImporter = {
  format: 'holdfast-jsonl',
  description: 'Holdfast JSONL: one message a line, also packed with gzip',

  claims(head: FileHead) {
    const lines = Buffer.from(head.bytes)
      .toString('utf8')
      .split('\n', LINES_TO_JUDGE_BY * 2);
    const objects = lines.map((line) => line.replace(/^\uFEFF/, '').trimStart()).filter((line) => line.startsWith('{'));
    const best = Math.max(
      0,
      ...objects.slice(0, LINES_TO_JUDGE_BY).map((line) => REQUIRED.filter((key) => line.includes(`"${key}"`)).length),
    );
    if (best > 1)
      return {
        confidence: (best / REQUIRED.length) * 0.9,
        why: `its lines are JSON objects with ${best} of the keys ${REQUIRED.join(', ')}`,
      };
    if (!FILE_NAME.test(head.name)) return { confidence: 0, why: 'no line is a JSON object with the keys of the format' };
    if (best === 1) return { confidence: 0.2, why: 'it is named as JSON lines and its objects have one of the required keys' };
    // Objects of another kind belong to another format; no object at all may be this one, damaged or empty.
    return {
      confidence: objects.length > 0 ? 0 : 0.1,
      why: objects.length > 0 ? 'its objects have none of the required keys' : 'it is named as JSON lines',
    };
  },

  entries: (bytes, from) => cutLines(bytes, from),
  map: mapRecord,
  identitySpace: (source) => source,
};

function mapRecord(entry: RawEntry, context: MappingContext): MappedEntry {
  const read = readJsonRecord(entry);
  return read.kind === 'rejected' ? read : mapObject(read.record, read.hasDuplicateKeys, context);
}

function mapObject(record: JsonObject, hasDuplicateKeys: boolean, context: MappingContext): MappedEntry {
  const fields = new RecordFields(record);
  const nativeId = fields.identifier('id');
  if (nativeId === null) {
    const value = fields.value('id');
    const isMissing = value === undefined || value === null || typeof value === 'string';
    return isMissing ? rejected('FIELD_MISSING', 'no id') : rejected('FIELD_TYPE', `id is ${nameOf(value)}`);
  }
  if (hasDuplicateKeys) fields.warn('DUPLICATE_KEY');
  const read = readAttachments(fields);
  return { kind: 'message', draft: draftOf(nativeId, fields, read, context.now), media: read.media, sourceKind: 'message', sequence: null };
}

function draftOf(nativeId: string, fields: RecordFields, { attachments }: ReadAttachments, now: number): MessageDraft {
  const time = readTime(fields.value('sentAt'), now);
  if (time.warning !== null) fields.warn(time.warning);
  const conversationId = fields.identifier('conversationId');
  const senderId = fields.identifier('senderId');
  if (conversationId === null || senderId === null) fields.warn('FIELD_MISSING');
  const quoted = readQuoted(fields);
  const text = fields.text('text');
  if (text === null && attachments.length === 0 && quoted === null) fields.warn('BODY_MISSING');
  const recall = readRecall(fields, now);
  // In this order: each of these may still add a warning.
  const platform = fields.oneOf('platform', PLATFORMS, 'other', 'holdfast');
  const kind = fields.oneOf('kind', MESSAGE_KINDS, 'other', 'text');
  const conversationKind = fields.oneOf('conversationKind', CONVERSATION_KINDS, 'unknown', 'unknown');
  const conversationName = fields.text('conversationName');
  const senderName = fields.text('senderName');
  const recipientIds = fields.identifiers('recipientIds').filter((id) => id !== senderId);
  const custodianIds = fields.identifiers('custodianIds');
  fields.keepOthers(KNOWN);
  const extra = fields.extra();
  return {
    nativeId,
    nativeType: null,
    platform,
    kind,
    conversationId: conversationId ?? '',
    conversationName,
    conversationKind,
    senderId,
    senderName,
    recipientIds,
    custodianIds,
    sentAt: time.at,
    sentAtBasis: time.basis,
    dateState: time.dateState,
    text: text ?? '',
    editedAt: null,
    quoted,
    parts: [],
    attachments,
    versions: [],
    recall,
    extra,
    warnings: fields.allWarnings(),
  };
}

/** `{text, author, id?}`, or the quoted text alone. */
function readQuoted(fields: RecordFields): Quoted | null {
  const value = fields.value('quoted');
  if (typeof value === 'string') return { text: fields.text('quoted') ?? '', author: null, nativeId: null };
  if (value === undefined || value === null) return null;
  if (!isJsonObject(value)) {
    fields.keep('quoted', 'FIELD_IGNORED');
    return null;
  }
  const text = (key: string): string | null => (Object.hasOwn(value, key) ? fields.asText(value[key]) : null);
  const quoted = { text: text('text') ?? '', author: text('author'), nativeId: text('id') };
  if (Object.keys(value).some((key) => !KNOWN_IN_QUOTED.has(key))) fields.keep('quoted', null);
  if (Object.entries(value).some(([key, inner]) => KNOWN_IN_QUOTED.has(key) && typeof inner === 'object' && inner !== null))
    fields.keep('quoted', 'FIELD_IGNORED');
  return quoted;
}

/** A recall is known by its time or by who did it; an unreadable time is kept beside it. */
function readRecall(fields: RecordFields, now: number): Recall | null {
  const value = fields.value('recalledAt');
  const by = fields.identifier('recalledBy');
  const isSet = value !== undefined && value !== null && value !== '' && value !== false && value !== 0;
  if (!isSet) return by === null ? null : { at: null, by };
  const time = readTime(value, now);
  if (time.dateState !== 'exact') fields.keep('recalledAt', time.warning);
  return { at: time.at, by };
}
