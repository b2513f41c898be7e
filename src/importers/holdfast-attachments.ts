import { hash } from 'node:crypto';
import { unreadAttachment, type MediaReference } from '../domain/archive-record.js';
import type { Attachment } from '../domain/message.js';
import { isJsonObject, type JsonObject, type RecordFields } from './record-fields.js';

const KEY = 'attachments';
const KNOWN = new Set(['name', 'path', 'mime', 'size', 'sha256']);
const SHA256 = /^[0-9a-f]{64}$/i;

export interface ReadAttachments {
  readonly attachments: readonly Attachment[];
  readonly media: readonly MediaReference[];
}

/** Reads `attachments[] {name, path, mime?, size?, sha256?}`. An oddity anywhere keeps the whole list in `extra` too. */
export function readAttachments(fields: RecordFields): ReadAttachments {
  const value = fields.value(KEY);
  const attachments: Attachment[] = [];
  const media: MediaReference[] = [];
  if (value === undefined || value === null) return { attachments, media };
  if (!Array.isArray(value)) {
    fields.keep(KEY, 'FIELD_IGNORED');
    return { attachments, media };
  }
  for (const item of value as unknown[]) {
    const attachment = isJsonObject(item) ? readAttachment(item, fields, new Set(attachments.map(({ id }) => id))) : null;
    if (attachment === null) fields.keep(KEY, 'FIELD_IGNORED');
    else {
      attachments.push(attachment.attachment);
      if (attachment.path !== null) media.push({ attachmentId: attachment.attachment.id, path: attachment.path, md5: null });
    }
  }
  return { attachments: attachments.sort((left, right) => (left.id < right.id ? -1 : 1)), media };
}

/** Null when the item names neither a file nor a path. */
function readAttachment(
  item: JsonObject,
  fields: RecordFields,
  taken: ReadonlySet<string>,
): { attachment: Attachment; path: string | null } | null {
  const text = (key: string): string | null => (Object.hasOwn(item, key) ? fields.asText(item[key]) : null) || null;
  const path = text('path');
  const name = text('name') ?? path?.split(/[\\/]/).at(-1) ?? null;
  if (name === null) return null;
  if (Object.keys(item).some((key) => !KNOWN.has(key))) fields.keep(KEY, null);
  const sha256 = text('sha256');
  const isHash = sha256 !== null && SHA256.test(sha256);
  if (sha256 !== null && !isHash) fields.keep(KEY, 'FIELD_IGNORED');
  const declaredSha256 = isHash ? sha256.toLowerCase() : null;
  const attachment = unreadAttachment({
    id: attachmentId(declaredSha256 ?? path ?? '', name, taken),
    name,
    mime: text('mime'),
    declaredSize: readSize(item, fields),
    declaredSha256,
  });
  return { attachment, path };
}

/** The same file in two captures of a message has one id if its hash is declared: paths differ from export to export. */
function attachmentId(reference: string, name: string, taken: ReadonlySet<string>): string {
  for (let ordinal = 1; ; ordinal += 1) {
    const id = hash('sha256', `${reference}\0${name}\0${ordinal}`, 'hex').slice(0, 16);
    if (!taken.has(id)) return id;
  }
}

/** Bytes, or null. */
function readSize(item: JsonObject, fields: RecordFields): number | null {
  const value = Object.hasOwn(item, 'size') ? item['size'] : null;
  if (value === null) return null;
  const size = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
  fields.keep(KEY, 'FIELD_IGNORED');
  return null;
}
