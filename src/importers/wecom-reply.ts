import type { Quoted } from '../domain/message.js';

/** WeCom's own words above what a reply quotes. */
const MARK = /^这是一条引用\/回复消息[:：]\s*/;
const LINE = /\r?\n-{6,}[ \t]*(?:\r?\n|$)/g;
const CLOSING_QUOTE = /["”」]\s*$/;
const AUTHOR = /^([^\n:：]{1,64})[:：]\s*\n/;

export interface SplitReply {
  readonly text: string;
  readonly quoted: Quoted | null;
}

/**
 * Splits a text that quotes: the quoted part (in quotation marks, its author in a line of its own, below WeCom's mark), a line of
 * hyphens, the answer. A reply may quote another, so the last line behind a quotation mark counts. Any other text stays whole.
 */
export function splitReply(content: string): SplitReply {
  if (!content.includes('\n---') || !(MARK.test(content) || /^["“「]/.test(content))) return { text: content, quoted: null };
  const lines = [...content.matchAll(LINE)];
  const line = lines.findLast(({ index }) => CLOSING_QUOTE.test(content.slice(0, index))) ?? (MARK.test(content) ? lines[0] : undefined);
  if (line === undefined) return { text: content, quoted: null };
  const text = content
    .slice(0, line.index)
    .replace(MARK, '')
    .replace(/^["“「]/, '')
    .replace(CLOSING_QUOTE, '');
  return { text: content.slice(line.index + line[0].length), quoted: { text, author: AUTHOR.exec(text)?.[1] ?? null, nativeId: null } };
}
