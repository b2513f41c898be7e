import type { RawEntry } from '../domain/archive-record.js';
import { JsonArrayCutter, type ArrayShape } from './json-array-cutter.js';
import { cutLines, LARGEST_RECORD } from './json-lines.js';

/** What an answer of GetChatData, or of the second dialect, holds around its records. */
const HEADER_KEYS = ['errcode', 'errmsg', 'chatdata', 'msg_list', 'has_more', 'next_cursor'] as const;
const SHAPE: ArrayShape = {
  arrayKeys: new Set(['chatdata', 'msg_list']),
  topKeys: new Set(HEADER_KEYS),
  recordKeys: new Set(['seq', 'msgid', 'publickey_ver']),
};
/** An answer whose first key stands in the same line. */
const ANSWER = new RegExp(`^\\uFEFF?\\s*\\{\\s*"(?:${HEADER_KEYS.join('|')})"\\s*:`);
/** A document over several lines, or a list of records. */
const DOCUMENT = /^\uFEFF?\s*(?:\{\s*$|\[\s*(?:\{|$))/;
/** So much of a line decides what it is. */
const DECIDING_BYTES = 1024;
const LARGEST_HEAD = 64 * 1024;

/**
 * Cuts a WeCom archive into records: the lines of JSONL, where a line that holds a whole answer gives all its records (each with the
 * line's number), or else the records of answers and lists in one JSON document or several, numbered one by one.
 */
export async function* cutWecomRecords(
  chunks: AsyncIterable<Uint8Array>,
  from: { readonly offset: number; readonly line: number },
  limit = LARGEST_RECORD,
): AsyncGenerator<readonly RawEntry[]> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const { head, firstLine } = await readHead(iterator);
    const bytes = rejoin(head, iterator);
    const batches = ANSWER.test(firstLine) || DOCUMENT.test(firstLine) ? cutDocument(bytes, limit) : cutAllLines(bytes, limit);
    for await (const batch of batches) {
      // From the beginning each time: only there it is known what a place in the file means.
      const entries = from.offset === 0 ? batch : batch.filter(({ endOffset }) => endOffset > from.offset);
      if (entries.length > 0) yield entries;
    }
  } finally {
    await iterator.return?.();
  }
}

async function* cutDocument(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<readonly RawEntry[]> {
  const cutter = new JsonArrayCutter(SHAPE, limit);
  for await (const chunk of chunks) yield cutter.cut(chunk);
  yield cutter.finish();
}

async function* cutAllLines(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<readonly RawEntry[]> {
  for await (const lines of cutLines(chunks, { offset: 0, line: 0 }, limit)) {
    yield lines.some(isAnswer) ? lines.flatMap((line) => (isAnswer(line) ? cutAnswer(line, limit) : [line])) : lines;
  }
}

function isAnswer({ bytes }: RawEntry): boolean {
  return ANSWER.test(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, DECIDING_BYTES)).toString('latin1'));
}

/** The records of one line. Only the last ends where the line does; the others are told apart by their places in it. */
function cutAnswer(line: RawEntry, limit: number): RawEntry[] {
  const cutter = new JsonArrayCutter(SHAPE, limit);
  const entries = [...cutter.cut(line.bytes), ...cutter.finish()];
  const start = line.endOffset - line.bytes.length - 1;
  return entries.map(({ bytes, endOffset, excessBytes, excess }, index) => ({
    bytes,
    line: line.line,
    endOffset: index === entries.length - 1 ? line.endOffset : start + endOffset,
    ...(line.isUnterminated === true && index === entries.length - 1 && { isUnterminated: true }),
    ...(excessBytes !== undefined && { excessBytes }),
    ...(excess !== undefined && { excess }),
  }));
}

/** Reads until the first line that is not blank is there, or enough of it. */
async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<{ head: Uint8Array; firstLine: string }> {
  let head = Buffer.alloc(0);
  for (;;) {
    const text = head.subarray(0, LARGEST_HEAD).toString('utf8').trimStart();
    const end = text.indexOf('\n');
    if (end >= 0) return { head, firstLine: text.slice(0, end) };
    const next = head.length < LARGEST_HEAD ? await iterator.next() : null;
    if (next === null || next.done === true) return { head, firstLine: text };
    head = Buffer.concat([head, next.value]);
  }
}

async function* rejoin(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}
