import type { Message, MessagePart } from '../domain/message.js';
import type { TextField } from '../query/ast.js';

/** One text of a message as it stands in the archive. No literal matches across two of them. */
export interface SearchablePart {
  readonly field: TextField;
  /** Whose name or text it is; null in the body. */
  readonly attachmentId: string | null;
  readonly text: string;
}

/**
 * Every text of a message that a search may find, in the order of the index: in the body its text, what it quotes, the pieces
 * of a forward from the outside in, and its other versions; then the names of the attachments. Empty ones are left out.
 */
export function searchableParts(message: Message): SearchablePart[] {
  const body = [
    message.text,
    message.quoted?.text ?? '',
    ...message.parts.flatMap(partTexts),
    ...message.versions.map((version) => version.text),
  ];
  return [
    ...body.map((text): SearchablePart => ({ field: 'body', attachmentId: null, text })),
    ...message.attachments.map(({ id, name }): SearchablePart => ({ field: 'name', attachmentId: id, text: name })),
  ].filter((part) => part.text !== '');
}

function partTexts(part: MessagePart): string[] {
  return [part.text, ...part.parts.flatMap(partTexts)];
}
