import { hash } from 'node:crypto';
import { unreadAttachment, type MediaReference } from '../domain/archive-record.js';
import type { Attachment } from '../domain/message.js';
import type { JsonObject, RecordFields } from './record-fields.js';
import type { WecomMedia } from './wecom-types.js';

const MD5 = /^[0-9a-f]{32}$/i;
const DIGITS = /^\d{1,15}$/;
/** `emotion.type` of a PNG; 1 is a GIF. */
const PNG = '2';

/** The attachments of one message, wherever in it they stand. */
export class WecomAttachments {
  private readonly found = new Map<string, Attachment>();
  private readonly references: MediaReference[] = [];

  constructor(private readonly fields: RecordFields) {}

  /** Reads the file that a body names. Returns the body's keys that the attachment tells whole. */
  add(body: JsonObject, { sizeKey, name: usualName }: WecomMedia): string[] {
    const told: string[] = [];
    const text = (key: string): string | null => (Object.hasOwn(body, key) ? this.fields.asText(body[key]) : null) || null;
    const filename = text('filename');
    if (filename !== null) told.push('filename');
    const md5 = text('md5sum');
    const declaredMd5 = md5 !== null && MD5.test(md5) ? md5.toLowerCase() : null;
    if (declaredMd5 !== null || md5 === null) told.push('md5sum');
    else this.fields.warn('FIELD_IGNORED');
    const declaredSize = readSize(body[sizeKey]);
    if (declaredSize !== null) told.push(sizeKey);
    const name = filename ?? nameOf(body, usualName);
    const id = this.freeId(declaredMd5 ?? '', name);
    this.found.set(id, unreadAttachment({ id, name, declaredSize, declaredMd5 }));
    if (declaredMd5 !== null) this.references.push({ attachmentId: id, path: null, md5: declaredMd5 });
    return told;
  }

  get attachments(): Attachment[] {
    return [...this.found.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  get media(): readonly MediaReference[] {
    return this.references;
  }

  /** Without the `sdkfileid`: each pull of a message may name another. */
  private freeId(md5: string, name: string): string {
    for (let ordinal = 1; ; ordinal += 1) {
      const id = hash('sha256', `${md5}\0${name}\0${ordinal}`, 'hex').slice(0, 16);
      if (!this.found.has(id)) return id;
    }
  }
}

function nameOf(body: JsonObject, usual: string): string {
  if (usual === 'file' && typeof body['fileext'] === 'string' && body['fileext'] !== '') return `file.${body['fileext']}`;
  return usual === 'sticker.gif' && String(body['type']) === PNG ? 'sticker.png' : usual;
}

/** Bytes, or null. */
function readSize(value: unknown): number | null {
  const size = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null;
}
