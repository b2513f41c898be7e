import { bytesOf, tokensOf, type BlobToken } from '../domain/blob-token.js';
import type { Attachment, AttachmentBytes, Message } from '../domain/message.js';
import { HoldfastError } from '../errors/errors.js';
import type { WrittenMessage } from '../engine/index-writer.js';
import type { SettleTools } from '../holds/settle.js';
import type { BlobReferences } from './blob-references.js';

const ATTEMPTS = 1_000;

/** Whether a message lists bytes without a token, as earlier versions wrote it. */
export function isUnadopted({ attachments }: Message): boolean {
  return attachments.some((attachment) => bytesOf(attachment).some(({ token }) => token === null));
}

/**
 * Gives messages of earlier versions references of their own to the bytes that they list. Bytes that are not there get none. Returns how
 * many messages were written.
 */
export async function adoptBytes(ids: readonly string[], { writer, prepare }: SettleTools, references: BlobReferences): Promise<number> {
  let adopted = 0;
  let waiting = ids;
  for (let attempt = 0; waiting.length > 0; attempt += 1) {
    if (attempt === ATTEMPTS) throw new HoldfastError('ENGINE_BUSY', `${waiting.length} messages are being written all the time.`);
    const changed: { readonly message: WrittenMessage; readonly tokens: readonly BlobToken[] }[] = [];
    for (const stored of await writer.read(waiting)) {
      if (stored === null || !isUnadopted(stored.message)) continue;
      const known = new Set(tokensOf(stored.message).map(({ token }) => token));
      const message = await withTokens(stored.message, references);
      const tokens = tokensOf(message).filter(({ token }) => !known.has(token));
      if (tokens.length > 0) changed.push({ message: { ...stored, message }, tokens });
    }
    if (changed.length === 0) return adopted;
    const prepared = await prepare(changed.map(({ message }) => message));
    const results = await writer.put(
      prepared.map((one, place) => {
        const { version, disposals } = changed[place]!.message;
        return { prepared: one, expected: version, disposals };
      }),
    );
    const refused = changed.filter((_, place) => results[place]!.outcome !== 'written');
    await references.release(refused.flatMap(({ tokens }) => tokens));
    adopted += changed.length - refused.length;
    waiting = refused.map(({ message }) => message.message.id);
  }
  return adopted;
}

async function withTokens(message: Message, references: BlobReferences): Promise<Message> {
  const adopt = async (bytes: AttachmentBytes): Promise<string | null> =>
    bytes.token ?? (await references.add(bytes.sha256, message.id, async () => null));
  const attachments: Attachment[] = [];
  for (const attachment of message.attachments) {
    const { sha256, otherBytes } = attachment;
    const token = sha256 === null ? null : await adopt({ ...attachment, sha256 });
    const others: AttachmentBytes[] = [];
    for (const bytes of otherBytes ?? []) others.push({ ...bytes, token: await adopt(bytes) });
    attachments.push({ ...attachment, token, ...(otherBytes !== undefined && { otherBytes: others }) });
  }
  return { ...message, attachments };
}
