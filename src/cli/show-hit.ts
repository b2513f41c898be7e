import type { HighlightModel, SearchEdge } from '../search/search.model.js';

const MARK = { terminal: ['\u001b[1;31m', '\u001b[0m'], plain: ['[', ']'] } as const;
/** Characters that would move the cursor, recolor the terminal or turn the direction of the line. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A hit for people: where and when, then each piece of text with its places marked. */
export function showHit({ message, highlights }: SearchEdge, isTerminal: boolean): string {
  const when = message.sentAt === null ? 'undated' : new Date(message.sentAt).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z');
  const where = harmless(message.conversationName ?? message.conversationId);
  const who = harmless(message.senderName ?? message.senderId ?? 'nobody');
  const pieces = highlights.length > 0 ? highlights.map((highlight) => marked(highlight, isTerminal)) : [harmless(beginning(message.text))];
  return [
    `\n${when}  ${where}  ${who}${message.recall === null ? '' : '  (recalled)'}  ${message.id}`,
    ...pieces.map((piece) => `  ${piece}`),
  ].join('\n');
}

function marked({ field, snippet, spans }: HighlightModel, isTerminal: boolean): string {
  const [open, close] = isTerminal ? MARK.terminal : MARK.plain;
  let text = '';
  let end = 0;
  for (const span of spans) {
    text += harmless(snippet.slice(end, span.start)) + open + harmless(snippet.slice(span.start, span.end)) + close;
    end = span.end;
  }
  return `${field === 'body' ? '' : `${field}: `}${text}${harmless(snippet.slice(end))}`;
}

function beginning(text: string): string {
  return text.length <= 120 ? text : `${[...text.slice(0, 122)].slice(0, -2).join('')}…`;
}

function harmless(text: string): string {
  return text.replace(CONTROL, ' ');
}
