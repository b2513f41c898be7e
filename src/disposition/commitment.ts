import { createHmac } from 'node:crypto';
import { canonicalJson } from '../audit/audit-block.js';
import type { AuditKey } from '../audit/audit-key.js';
import type { Commit } from './disposal-tools.js';

/**
 * Commits to stored messages: HMAC-SHA-256 (hex) of the canonical JSON, under a key made from the archive's and the id. Whoever has a copy
 * and that key can show that it is what was destroyed; without the key nobody can guess at the content.
 */
export function commitWith(key: AuditKey): Commit {
  return ({ message, raws }) => {
    const own = commitmentKey(key, message.id);
    return createHmac('sha256', Buffer.from(own, 'hex')).update(canonicalJson({ message, raws })).digest('hex');
  };
}

/** The key of one message's commitment, hex. It says nothing about the others. */
export function commitmentKey(key: AuditKey, id: string): string {
  return key.hash(`commitment ${id}`);
}
