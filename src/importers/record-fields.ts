import type { WarningCode } from '../domain/values.js';
import { isDeeperThan } from './parse-json.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Values nested deeper than this stay in the raw record alone: whoever writes or copies them works recursively. */
const DEEPEST_EXTRA = 64;
const LONE_SURROGATE = /\p{Surrogate}/u;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the fields of one record forgivingly: what cannot be used is kept in `extra` under its own key and leaves a warning;
 * nothing is thrown away and nothing is guessed silently.
 */
export class RecordFields {
  private readonly warnings = new Set<WarningCode>();
  private readonly kept = new Map<string, unknown>();

  constructor(private readonly record: JsonObject) {}

  value(key: string): unknown {
    return Object.hasOwn(this.record, key) ? this.record[key] : undefined;
  }

  warn(code: WarningCode): void {
    this.warnings.add(code);
  }

  /** Keeps the value as it stands in the record. */
  keep(key: string, code: WarningCode | null): void {
    if (code !== null) this.warn(code);
    this.kept.set(key, this.value(key));
  }

  /** Keeps a value that does not stand in the record under this very key. */
  keepValue(key: string, value: unknown): void {
    this.kept.set(key, value);
  }

  /** Keeps every key that is not named here. */
  keepOthers(known: ReadonlySet<string>): void {
    for (const key of Object.keys(this.record)) if (!known.has(key)) this.keep(key, null);
  }

  /** Null when absent or null. Numbers and booleans become text, with a warning. */
  text(key: string): string | null {
    const value = this.value(key);
    const text = this.asText(value);
    if (text === null && value !== undefined && value !== null) this.keep(key, 'FIELD_IGNORED');
    return text;
  }

  /** As `text`, in a form that two archives compare alike; null when empty. */
  identifier(key: string): string | null {
    const text = this.text(key);
    return text === null || text.trim() === '' ? null : storableIdentifier(text);
  }

  /** Distinct identifiers, sorted. One string is split at its commas, with a warning. */
  identifiers(key: string): string[] {
    const value = this.value(key);
    if (value === undefined || value === null) return [];
    if (typeof value === 'string') this.warn('RECIPIENTS_AS_STRING');
    const items: unknown[] | null = typeof value === 'string' ? value.split(/[,，]/) : Array.isArray(value) ? value : null;
    if (items === null) {
      this.keep(key, 'FIELD_IGNORED');
      return [];
    }
    const texts = items.map((item) => this.asText(item)?.trim() ?? '');
    if (items.some((item, index) => texts[index] === '' && item !== '')) this.keep(key, 'FIELD_IGNORED');
    return [...new Set(texts.filter((text) => text !== '').map(storableIdentifier))].sort();
  }

  /** One of a closed list; `fallback` for an unknown value, `absent` where there is none. */
  oneOf<Value extends string>(key: string, list: readonly Value[], fallback: Value, absent: Value): Value {
    const value = this.value(key);
    if (value === undefined || value === null) return absent;
    if (list.includes(value as Value)) return value as Value;
    this.keep(key, 'UNKNOWN_VALUE');
    return fallback;
  }

  /** Text of a scalar, or null. */
  asText(value: unknown): string | null {
    if (typeof value === 'number' || typeof value === 'boolean') {
      this.warn('FIELD_CONVERTED');
      return String(value);
    }
    if (typeof value !== 'string') return null;
    if (LONE_SURROGATE.test(value)) this.warn('ILL_FORMED_TEXT');
    return value;
  }

  extra(): Readonly<Record<string, unknown>> {
    const usable = [...this.kept].filter(([, value]) => !isDeeperThan(value, DEEPEST_EXTRA));
    if (usable.length < this.kept.size) this.warn('FIELD_IGNORED');
    return Object.fromEntries(usable);
  }

  /** Sorted. Ask last: reading a field may add one. */
  allWarnings(): WarningCode[] {
    return [...this.warnings].sort();
  }
}

/** A lone surrogate has no UTF-8 form; written out as its escape, two different ids stay different. */
function storableIdentifier(text: string): string {
  if (!LONE_SURROGATE.test(text)) return text;
  return text.replace(new RegExp(LONE_SURROGATE, 'gu'), (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
