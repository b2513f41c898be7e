import type { MessagePart } from '../domain/message.js';
import type { MessageKind } from '../domain/values.js';
import { parseJson } from './parse-json.js';
import { readTime } from './read-time.js';
import { isJsonObject, type JsonObject, type RecordFields } from './record-fields.js';
import type { WecomAttachments } from './wecom-media.js';
import { WECOM_TYPES, type WecomType } from './wecom-types.js';

/** Forwards inside forwards are followed so far; what lies deeper is read as plain text. */
const DEEPEST_PART = 32;
const PART_PREFIX = 'ChatRecord';

/** What reading bodies adds to. */
export interface BodyContext {
  readonly fields: RecordFields;
  readonly attachments: WecomAttachments;
  /** UTC milliseconds of the import. */
  readonly now: number;
}

export interface ReadBody {
  readonly kind: MessageKind;
  readonly text: string;
  readonly parts: readonly MessagePart[];
  /** What of the body the model has no place for. */
  readonly rest: JsonObject;
}

/** Reads the body of a type. */
export function readBody(body: JsonObject, type: WecomType, context: BodyContext, depth = 0): ReadBody {
  const told = new Set<string>();
  const text = shownText(body, type, context.fields);
  if (type.shown.length === 1 && type.shown[0] === 'content' && typeof body['content'] === 'string') told.add('content');
  if (type.media !== undefined) for (const key of context.attachments.add(body, type.media)) told.add(key);
  const items = type.hasItems === true && Array.isArray(body['item']) ? (body['item'] as unknown[]) : null;
  if (items !== null) told.add('item');
  const parts = items?.map((item) => readItem(item, context, depth + 1)) ?? [];
  return { kind: type.kind, text, parts, rest: without(body, told) };
}

/** Every text inside a value, in order, one a line. Not recursive: depth is the sender's choice. */
export function allText(value: unknown): string {
  const texts: string[] = [];
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string') {
      if (next !== '') texts.push(next);
    } else if (typeof next === 'object' && next !== null) {
      const values: unknown[] = Object.values(next);
      for (let index = values.length - 1; index >= 0; index -= 1) waiting.push(values[index]);
    }
  }
  return texts.join('\n');
}

/** JSON inside a string, as an object; null when it is none. */
export function readInnerJson(text: string): JsonObject | null {
  try {
    const { value } = parseJson(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function shownText(body: JsonObject, { shown }: WecomType, fields: RecordFields): string {
  const texts: string[] = [];
  const add = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value as unknown[]) add(one);
    else {
      const text = fields.asText(value);
      if (text !== null && text !== '') texts.push(text);
    }
  };
  for (const field of shown) {
    if (typeof field === 'string') add(body[field]);
    else {
      const [list, names] = field;
      const items = Array.isArray(body[list]) ? (body[list] as unknown[]) : [body[list]];
      for (const item of items) if (isJsonObject(item)) for (const name of names) add(item[name]);
    }
  }
  return texts.join('\n');
}

/** One piece of a forward or of a mixed message: `{type, content, msgtime?}`, whose content is JSON once more. */
function readItem(item: unknown, context: BodyContext, depth: number): MessagePart {
  const { fields, now } = context;
  if (!isJsonObject(item)) return { kind: 'other', text: allText(item), sentAt: null, senderName: null, parts: [] };
  const time = readTime(item['msgtime'], now);
  if (time.warning !== null && time.warning !== 'TIME_MISSING') fields.warn(time.warning);
  const name = typeof item['type'] === 'string' ? item['type'] : '';
  const type = WECOM_TYPES.get((name.startsWith(PART_PREFIX) ? name.slice(PART_PREFIX.length) : name).toLowerCase());
  if (type === undefined) fields.warn('TYPE_UNKNOWN');
  const body = bodyOfItem(item['content'], fields);
  const kind = type?.kind ?? 'other';
  if (body === null || type === undefined || depth > DEEPEST_PART) {
    return { kind, text: allText(body ?? item['content']), sentAt: time.at, senderName: null, parts: [] };
  }
  const { text, parts } = readBody(body, type, context, depth);
  const filename = type.media !== undefined && typeof body['filename'] === 'string' ? body['filename'] : '';
  return { kind, text: text === '' ? filename : text, sentAt: time.at, senderName: null, parts };
}

/** Null when there is none, or it cannot be read. */
function bodyOfItem(content: unknown, fields: RecordFields): JsonObject | null {
  if (isJsonObject(content)) return content;
  if (typeof content !== 'string' || content === '') return null;
  const body = readInnerJson(content);
  if (body === null) fields.warn('INNER_JSON_UNREADABLE');
  return body;
}

function without(body: JsonObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key, value]) => value !== null && !keys.has(key)));
}
