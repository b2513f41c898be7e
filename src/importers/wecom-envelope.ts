import { rejected, type RejectedEntry } from './json-record.js';
import { isJsonObject, type JsonObject } from './record-fields.js';
import { readInnerJson } from './wecom-body.js';
import { WECOM_TYPES } from './wecom-types.js';

/** Where pullers put the decrypted record, as an object or as JSON in a string. */
const DECRYPTED_KEYS = ['msg', 'decrypted', 'content'] as const;
/** Keys of the envelope that are told otherwise or mean nothing without their key. */
const ENVELOPE_KEYS = new Set<string>([...DECRYPTED_KEYS, 'seq', 'msgid', 'publickey_ver', 'encrypt_random_key', 'encrypt_chat_msg']);
const SEQUENCE = /^0*(\d{1,20})$/;
const LARGEST_SEQUENCE = 2n ** 64n - 1n;

/** A record as decrypted, and what its envelope tells beside it. */
export interface OpenedRecord {
  readonly kind: 'record';
  readonly record: JsonObject;
  /** Decimal digits, up to 64 bits; null where nothing counts the records. */
  readonly sequence: string | null;
  /** The envelope's, for a record that names none. */
  readonly nativeId: unknown;
  /** Keys of the envelope that nothing else tells. */
  readonly others: readonly (readonly [key: string, value: unknown])[];
  /** The envelope holds a text that is no record. */
  readonly isUnreadable: boolean;
}

/** Takes a record out of its envelope, if it is in one. Rejects what is still encrypted, naming the version of its key. */
export function openEnvelope(record: JsonObject): OpenedRecord | RejectedEntry {
  if (isPresent(record['msgtype']) || isPresent(record['action'])) {
    const cipher = record['service_encrypt_info'];
    return isJsonObject(cipher) && !hasBody(record) ? encrypted(record, cipher['public_key_ver']) : bare(record, false);
  }
  const inner = DECRYPTED_KEYS.map((key) => record[key]).find(isPresent);
  if (inner === undefined) {
    const isEncrypted = isPresent(record['encrypt_chat_msg']) || isPresent(record['encrypt_random_key']);
    return isEncrypted ? encrypted(record, record['publickey_ver']) : bare(record, false);
  }
  const opened = isJsonObject(inner) ? inner : typeof inner === 'string' ? readInnerJson(inner) : null;
  if (opened === null) return bare(record, true);
  return {
    kind: 'record',
    record: opened,
    sequence: readSequence(record['seq']) ?? readSequence(opened['seq']),
    nativeId: record['msgid'],
    others: Object.entries(record).filter(([key, value]) => !ENVELOPE_KEYS.has(key) && value !== null),
    isUnreadable: false,
  };
}

function bare(record: JsonObject, isUnreadable: boolean): OpenedRecord {
  return { kind: 'record', record, sequence: readSequence(record['seq']), nativeId: null, others: [], isUnreadable };
}

function encrypted(record: JsonObject, version: unknown): RejectedEntry {
  const facts = [`publickey_ver ${show(version)}`, `seq ${show(record['seq'])}`, `msgid ${show(record['msgid'])}`];
  return { ...rejected('ENCRYPTED', `encrypted, no key is configured: ${facts.join(', ')}`), keyVersion: show(version) };
}

/** A scalar as it stands in the record, cut to a length that fits a report. */
function show(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 80) : 'unknown';
}

function readSequence(value: unknown): string | null {
  const digits = SEQUENCE.exec(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '')?.[1];
  return digits !== undefined && BigInt(digits) <= LARGEST_SEQUENCE ? digits : null;
}

function hasBody(record: JsonObject): boolean {
  return [...WECOM_TYPES.values()].some(({ keys }) => keys.some((key) => isPresent(record[key])));
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
