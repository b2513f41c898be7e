import { createHash } from 'node:crypto';
import type { AuditEvent } from './audit-event.js';

/** An event with the time at which it reached the audit, ISO 8601 UTC. */
export type AuditEntry = AuditEvent & { readonly at: string };

/** A create-only record: events in the order they arrived, chained to the block before by its hash. */
export interface AuditBlock {
  /** 1 for the first block. */
  readonly sequence: number;
  /** Hash of the block before, hex; zeros before the first. */
  readonly previousHash: string;
  /** ISO 8601 UTC. */
  readonly writtenAt: string;
  readonly events: readonly AuditEntry[];
  readonly hash: string;
}

/** What the first block names as its predecessor. */
export const NO_BLOCK_HASH = '0'.repeat(64);

const ID_DIGITS = 12;

/** The catalog id of a block: ids sort as strings, so the number is padded. */
export function blockId(sequence: number): string {
  return String(sequence).padStart(ID_DIGITS, '0');
}

/** The name of an event: its block, and its place in it (0-based). */
export function eventId(sequence: number, place: number): string {
  return `${sequence}-${place}`;
}

/** Block and place of an event; null for a text that names none. */
export function readEventId(id: string): { readonly sequence: number; readonly place: number } | null {
  const [, sequence, place] = /^([1-9]\d{0,11})-(0|[1-9]\d{0,5})$/.exec(id) ?? [];
  return sequence === undefined || place === undefined ? null : { sequence: Number(sequence), place: Number(place) };
}

/** A block with its hash. */
export function sealBlock(content: Omit<AuditBlock, 'hash'>): AuditBlock {
  return { ...content, hash: canonicalHash(content) };
}

/** What `block.hash` should be. */
export function hashOfBlock({ hash: _hash, ...content }: AuditBlock): string {
  return canonicalHash(content);
}

/**
 * The leaves of a block in the tree over all events (RFC 6962): each is the canonical JSON of one event with its place in its block
 * (0-based) and all that its block says besides events, the hash of the block before included. So a root of the tree speaks for
 * every byte of the chain.
 */
export function leavesOf({ hash: _hash, events, ...block }: AuditBlock): readonly string[] {
  const header = canonicalJson(block);
  return events.map((event, place) => `{"block":${header},"event":${canonicalJson(event)},"place":${place}}`);
}

/** SHA-256 (hex) over a zero byte, as of a leaf in RFC 6962, and the canonical JSON of a value. */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update('\0').update(canonicalJson(value)).digest('hex');
}

/** The one JSON text of a value: keys sorted by UTF-16 units, nothing between the tokens, as RFC 8785 has it. Text is taken as it is. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => [key, (value as Readonly<Record<string, unknown>>)[key]] as const)
    .filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
