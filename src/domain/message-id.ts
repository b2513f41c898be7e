import { hash } from 'node:crypto';

/**
 * The stable id of a message: 32 hex digits, the first 16 bytes of SHA-256 over identity space and native id.
 * The NUL between them keeps ("a", "bc") and ("ab", "c") apart.
 */
export function messageId(identitySpace: string, nativeId: string): string {
  return hash('sha256', `${identitySpace}\0${nativeId}`, 'hex').slice(0, 32);
}
