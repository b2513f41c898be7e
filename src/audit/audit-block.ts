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

/** A block with its hash. */
export function sealBlock(content: Omit<AuditBlock, 'hash'>): AuditBlock {
  return { ...content, hash: canonicalHash(content) };
}

/** What `block.hash` should be. */
export function hashOfBlock({ hash: _hash, ...content }: AuditBlock): string {
  return canonicalHash(content);
}

/**
 * SHA-256 (hex) over a zero byte and the canonical JSON of a value: keys sorted by UTF-16 units, as RFC 8785 has it.
 * The zero byte keeps leaves apart from the nodes of a later Merkle tree (RFC 6962).
 */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update('\0').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
