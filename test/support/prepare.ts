import { foldMessage, indexGrams } from '../../src/analysis/index-text.js';
import type { Message, RawRecord } from '../../src/domain/message.js';
import type { AttachmentState } from '../../src/domain/values.js';
import { encodeDocument } from '../../src/engine/document-codec.js';
import type { PreparedMessage } from '../../src/engine/index-writer.js';
import { fieldValues } from '../../src/query/field-values.js';

/** What an import makes of a message before it hands it to an engine. */
export function prepare(message: Message, raws: readonly RawRecord[] = []): PreparedMessage {
  const folded = foldMessage(message);
  const attachmentCounts: Partial<Record<AttachmentState, number>> = {};
  for (const { state } of message.attachments) attachmentCounts[state] = (attachmentCounts[state] ?? 0) + 1;
  return {
    id: message.id,
    values: fieldValues(message),
    bodyLength: Array.from(folded.body).length,
    hasSenderName: message.senderName !== null,
    hasConversationName: message.conversationName !== null,
    attachmentCounts,
    folded,
    grams: indexGrams(folded),
    document: encodeDocument({ message, raws }),
  };
}
