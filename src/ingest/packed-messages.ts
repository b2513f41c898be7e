import type { PreparedMessage } from '../engine/index-writer.js';
import type { FieldValues } from '../query/fields.js';

/**
 * Prepared messages on their way between threads. One list a column, all documents in one piece, and every list of values
 * that messages share once: sent as objects, the names of their keys alone would cost as much as the rest.
 */
export interface PackedMessages {
  readonly columns: readonly (readonly string[])[];
  /** JSON of what is not text. */
  readonly facts: string;
  readonly documents: Uint8Array;
  readonly documentEnds: readonly number[];
}

/** Fields whose lists are alike in many messages: members of a conversation, one source, one run. */
const LISTS = ['source', 'custodianId', 'participantId', 'attachmentState', 'importRunId', 'warning'] as const satisfies readonly (keyof FieldValues)[];
const SINGLES = [
  'identitySpace', 'platform', 'conversationId', 'conversationKind', 'senderId', 'kind', 'sentAt', 'dateState', 'isRecalled',
  'recallDelaySeconds', 'isEdited', 'hasAttachments',
] as const satisfies readonly (keyof FieldValues)[];

type Counts = PreparedMessage['attachmentCounts'];
/** In the order of SINGLES, then positions in `lists` in the order of LISTS, then what stands beside the values. */
type PackedFacts = readonly [
  singles: readonly unknown[],
  lists: readonly number[],
  bodyLength: number,
  hasSenderName: boolean,
  hasConversationName: boolean,
  attachmentCounts: Counts,
];
interface Facts {
  readonly lists: readonly (readonly string[])[];
  readonly messages: readonly PackedFacts[];
}

export function packMessages(messages: readonly PreparedMessage[]): PackedMessages {
  const documents = Buffer.allocUnsafeSlow(messages.reduce((sum, { document }) => sum + document.length, 0));
  const documentEnds: number[] = [];
  let end = 0;
  for (const { document } of messages) {
    documents.set(document, end);
    documentEnds.push((end += document.length));
  }
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
    facts: JSON.stringify(packFacts(messages)),
    documents,
    documentEnds,
  };
}

/** Messages that had equal lists get one and the same list back. */
export function unpackMessages(packed: PackedMessages): PreparedMessage[] {
  const [ids, bodies, names, attachments, clean, raw, masked, nameGrams, attachmentGrams, digits, words] =
    packed.columns as readonly string[][];
  const { documents, documentEnds } = packed;
  const facts = JSON.parse(packed.facts) as Facts;
  return facts.messages.map(([singles, lists, bodyLength, hasSenderName, hasConversationName, attachmentCounts], index) => ({
    id: ids![index]!,
    values: unpackValues(ids![index]!, singles, lists, facts.lists),
    bodyLength,
    hasSenderName,
    hasConversationName,
    attachmentCounts,
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

function packFacts(messages: readonly PreparedMessage[]): Facts {
  const lists: (readonly string[])[] = [];
  const positions = new Map<string, number>();
  const positionOf = (list: readonly string[]): number => {
    // lengths keep lists apart whatever their members hold
    let key = '';
    for (const value of list) key += `${value.length}:${value}`;
    let position = positions.get(key);
    if (position === undefined) {
      position = lists.push(list) - 1;
      positions.set(key, position);
    }
    return position;
  };
  const packed = messages.map(({ values, bodyLength, hasSenderName, hasConversationName, attachmentCounts }): PackedFacts => [
    SINGLES.map((field) => values[field]),
    LISTS.map((field) => positionOf(values[field])),
    bodyLength,
    hasSenderName,
    hasConversationName,
    attachmentCounts,
  ]);
  return { lists, messages: packed };
}

function unpackValues(
  id: string, singles: readonly unknown[], lists: readonly number[], known: readonly (readonly string[])[],
): FieldValues {
  const values: Record<string, unknown> = { id };
  SINGLES.forEach((field, index) => (values[field] = singles[index]));
  LISTS.forEach((field, index) => (values[field] = known[lists[index]!]));
  return values as unknown as FieldValues;
}
