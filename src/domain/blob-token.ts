import { randomBytes } from 'node:crypto';
import type { Attachment, AttachmentBytes, Message } from './message.js';

const RANDOM_BYTES = 12;
const ID_DIGITS = 32;

/** One message's reference to the bytes of one attachment. */
export interface BlobToken {
  readonly sha256: string;
  /** Id of the message, `-`, 16 characters at random: never used twice. */
  readonly token: string;
}

/** A fresh token for a message. */
export function newToken(messageId: string): string {
  return `${messageId}-${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** Whose token it is. */
export function messageIdOf(token: string): string {
  return token.slice(0, ID_DIGITS);
}

/** All stored bytes of an attachment. */
export function bytesOf({ sha256, token, otherBytes = [] }: Attachment): readonly AttachmentBytes[] {
  return sha256 === null ? otherBytes : [{ sha256, token }, ...otherBytes];
}

/** Every reference to bytes that a message lists. */
export function tokensOf({ attachments }: Pick<Message, 'attachments'>): readonly BlobToken[] {
  return attachments.flatMap(bytesOf).flatMap(({ sha256, token }) => (token === null ? [] : [{ sha256, token }]));
}
