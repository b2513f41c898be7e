import type { PreparedMessage } from '../engine/index-writer.js';

/**
 * Prepared messages on their way between threads. One list a column and all documents in one piece: sent as objects, the names
 * of their keys alone would cost as much as the rest.
 */
export interface PackedMessages {
  readonly columns: readonly (readonly string[])[];
  /** JSON of what is not text. */
  readonly facts: string;
  readonly documents: Uint8Array;
  readonly documentEnds: readonly number[];
}

type Facts = Omit<PreparedMessage, 'id' | 'folded' | 'grams' | 'document'>;

export function packMessages(messages: readonly PreparedMessage[]): PackedMessages {
  const documents = Buffer.allocUnsafeSlow(messages.reduce((sum, { document }) => sum + document.length, 0));
  const documentEnds: number[] = [];
  let end = 0;
  for (const { document } of messages) {
    documents.set(document, end);
    documentEnds.push((end += document.length));
  }
  const facts = messages.map(({ values, bodyLength, hasSenderName, hasConversationName, attachmentCounts }): Facts => ({
    values,
    bodyLength,
    hasSenderName,
    hasConversationName,
    attachmentCounts,
  }));
  const column = (text: (message: PreparedMessage) => string): string[] => messages.map(text);
  return {
    columns: [
      column(({ id }) => id),
      column(({ folded }) => folded.body),
      column(({ folded }) => folded.name),
      column(({ folded }) => folded.attachment),
      column(({ grams }) => grams.clean),
      column(({ grams }) => grams.raw),
      column(({ grams }) => grams.masked),
      column(({ grams }) => grams.names),
      column(({ grams }) => grams.attachments),
      column(({ grams }) => grams.digits),
      column(({ grams }) => grams.words),
    ],
    facts: JSON.stringify(facts),
    documents,
    documentEnds,
  };
}

export function unpackMessages(packed: PackedMessages): PreparedMessage[] {
  const [ids, bodies, names, attachments, clean, raw, masked, nameGrams, attachmentGrams, digits, words] =
    packed.columns as readonly string[][];
  const { documents, documentEnds } = packed;
  return (JSON.parse(packed.facts) as Facts[]).map((facts, index) => ({
    id: ids![index]!,
    ...facts,
    folded: { body: bodies![index]!, name: names![index]!, attachment: attachments![index]! },
    grams: {
      clean: clean![index]!,
      raw: raw![index]!,
      masked: masked![index]!,
      names: nameGrams![index]!,
      attachments: attachmentGrams![index]!,
      digits: digits![index]!,
      words: words![index]!,
    },
    document: documents.subarray(documentEnds[index - 1] ?? 0, documentEnds[index]),
  }));
}
