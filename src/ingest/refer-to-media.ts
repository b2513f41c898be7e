import type { BlobReferences } from '../blobs/blob-references.js';
import type { BlobToken } from '../domain/blob-token.js';
import type { Attachment, AttachmentBytes, Message } from '../domain/message.js';
import { HoldfastError } from '../errors/errors.js';
import type { FoundMedia } from './attach-media.js';
import { openPlainFile } from './open-plain-file.js';

/** A reference that was taken for a message before it is written. */
export interface TakenToken extends BlobToken {
  /** Where the bytes came from. */
  readonly path: string;
}

/** A message that names the references it will need. */
export interface ReferringMessage {
  readonly message: Message;
  readonly tokens: readonly TakenToken[];
}

/** Stores the bytes that were found and takes a reference to each. What cannot be read any more counts as missing. */
export async function referToMedia(message: Message, found: readonly FoundMedia[], references: BlobReferences): Promise<ReferringMessage> {
  const tokens: TakenToken[] = [];
  const attachments: Attachment[] = [];
  for (const attachment of message.attachments) {
    const { id, sha256 } = attachment;
    const path = found.find(({ attachmentId }) => attachmentId === id)?.path;
    if (path === undefined || sha256 === null) {
      attachments.push(attachment);
      continue;
    }
    const token = await references.add(sha256, message.id, () => openPlainFile(path));
    if (token !== null) tokens.push({ sha256, token, path });
    attachments.push(token === null ? { ...attachment, sha256: null, size: null, state: 'missing' } : { ...attachment, token });
  }
  const isAllThere = tokens.length === found.length;
  const warnings = isAllThere ? message.warnings : [...new Set([...message.warnings, 'ATTACHMENT_MISSING' as const])].sort();
  return { message: { ...message, attachments, warnings }, tokens };
}

/**
 * After a refused write and another look at what stands: fresh tokens in place of `taken`, wherever the message names those. Throws
 * IMPORT_FILE_UNREADABLE when the bytes are gone together with the file they came from: the import may go on later.
 */
export async function renewTokens(message: Message, taken: readonly TakenToken[], references: BlobReferences): Promise<ReferringMessage> {
  const tokens: TakenToken[] = [];
  const renew = async <Bytes extends AttachmentBytes | Attachment>(bytes: Bytes): Promise<Bytes> => {
    const { sha256, token } = bytes;
    const old = taken.find((one) => one.token === token);
    if (old === undefined || sha256 === null) return bytes;
    const fresh = await references.add(sha256, message.id, () => openPlainFile(old.path));
    if (fresh === null) throw new HoldfastError('IMPORT_FILE_UNREADABLE', 'The file of an attachment changed while it was imported.');
    tokens.push({ sha256, token: fresh, path: old.path });
    return { ...bytes, token: fresh };
  };
  const attachments: Attachment[] = [];
  for (const attachment of message.attachments) {
    const renewed = await renew(attachment);
    if (renewed.otherBytes === undefined) attachments.push(renewed);
    else {
      const otherBytes: AttachmentBytes[] = [];
      for (const bytes of renewed.otherBytes) otherBytes.push(await renew(bytes));
      attachments.push({ ...renewed, otherBytes });
    }
  }
  return { message: { ...message, attachments }, tokens };
}
