import { isUtf8 } from 'node:buffer';
import type { MappedEntry, RawEntry } from '../domain/archive-record.js';
import type { RejectionReason } from '../domain/values.js';
import { LARGEST_RECORD } from './json-lines.js';
import { parseJson } from './parse-json.js';
import { isJsonObject, type JsonObject } from './record-fields.js';

export type RejectedEntry = Extract<MappedEntry, { kind: 'rejected' }>;

/** The object that an entry holds. */
export interface ReadRecord {
  readonly kind: 'record';
  readonly record: JsonObject;
  readonly hasDuplicateKeys: boolean;
}

/** Reads the JSON object of one entry, or says why there is none. */
export function readJsonRecord(entry: RawEntry): ReadRecord | RejectedEntry {
  if (entry.excessBytes !== undefined)
    return rejected('RECORD_TOO_LARGE', `${entry.excessBytes} bytes, over the limit of ${LARGEST_RECORD}`);
  const bytes = Buffer.from(entry.bytes.buffer, entry.bytes.byteOffset, entry.bytes.byteLength);
  let read: ReturnType<typeof parseJson>;
  try {
    read = parseJson(bytes.toString('utf8'));
  } catch {
    if (entry.isUnterminated === true) return rejected('CUT_OFF', 'not JSON, cut off');
    return isUtf8(bytes) ? rejected('NOT_JSON', 'not JSON') : rejected('NOT_UTF8', 'not UTF-8');
  }
  if (!isUtf8(bytes)) return rejected('NOT_UTF8', 'not UTF-8');
  if (!isJsonObject(read.value)) return rejected('NOT_AN_OBJECT', `${nameOf(read.value)} instead of an object`);
  return { kind: 'record', record: read.value, hasDuplicateKeys: read.hasDuplicateKeys };
}

export function rejected(reason: RejectionReason, detail: string): RejectedEntry {
  return { kind: 'rejected', reason, detail };
}

/** What kind of JSON value stands where another belongs, for a report. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
