import { foldMessage, indexGrams } from '../analysis/index-text.js';
import type { StoredMessage } from '../domain/message.js';
import type { AttachmentState } from '../domain/values.js';
import { encodeDocument } from '../engine/document-codec.js';
import type { AnalyzedMessage } from '../engine/prepared-batch.js';
import { fieldValues } from '../query/field-values.js';

/** All the analysis of one message, ready to be stored. */
export function analyzeMessage(stored: StoredMessage): AnalyzedMessage {
  const { message } = stored;
  const folded = foldMessage(message);
  return {
    id: message.id,
    values: fieldValues(message),
    bodyLength: countCodePoints(folded.body),
    hasSenderName: message.senderName !== null,
    hasConversationName: message.conversationName !== null,
    attachmentCounts: countStates(message.attachments),
    folded,
    grams: indexGrams(folded),
    document: encodeDocument(stored),
  };
}

function countStates(attachments: StoredMessage['message']['attachments']): Partial<Record<AttachmentState, number>> {
  const counts: Partial<Record<AttachmentState, number>> = {};
  for (const { state } of attachments) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function countCodePoints(text: string): number {
  let count = text.length;
  for (let index = 1; index < text.length; index += 1) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xdc00 && (text.charCodeAt(index - 1) & 0xfc00) === 0xd800) count -= 1;
  }
  return count;
}
