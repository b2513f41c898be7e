import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { RawEntry } from '../domain/archive-record.js';
import { cutLines } from './json-lines.js';

async function cut(bytes: Buffer, chunkSize: number, from = { offset: 0, line: 0 }, limit?: number): Promise<RawEntry[]> {
  const entries: RawEntry[] = [];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += chunkSize) yield bytes.subarray(start, start + chunkSize);
  }
  for await (const batch of cutLines(chunks(), from, limit)) entries.push(...batch);
  return entries;
}

const show = ({ bytes, line, endOffset, excess: _excess, ...rest }: RawEntry): unknown[] => [
  Buffer.from(bytes).toString('utf8'),
  line,
  endOffset,
  ...Object.entries(rest).flat(),
];

describe('cutLines', () => {
  // prettier-ignore
  it.each<[string, string, unknown[][]]>([
    ['nothing', '', []],
    ['blank lines only', '\n \t\r\n\r\n', []],
    ['plain lines', 'a\nbc\n', [['a', 1, 2], ['bc', 2, 5]]],
    ['blank lines count but are no records', 'a\n\n \r\nb\n', [['a', 1, 2], ['b', 4, 8]]],
    ['CR LF', 'a\r\nb\r\n', [['a', 1, 3], ['b', 2, 6]]],
    ['a byte order mark', '\uFEFFa\n\uFEFFb\n', [['a', 1, 5], ['\uFEFFb', 2, 10]]],
    ['a last line without its end', 'a\nb', [['a', 1, 2], ['b', 2, 3, 'isUnterminated', true]]],
    ['characters cut by chunks', '你好\n𠮷\n', [['你好', 1, 7], ['𠮷', 2, 12]]],
    ['other line separators inside', 'a\u2028b\u0085c\rd\n', [['a\u2028b\u0085c\rd', 1, 11]]],
  ])('%s, in chunks of any size', async (_name, text, expected) => {
    for (let size = 1; size <= 14; size += 1) expect((await cut(Buffer.from(text), size)).map(show)).toEqual(expected);
  });

  it('goes on at every end of a record as if it had never stopped', async () => {
    const bytes = Buffer.from('\uFEFF{"a":1}\r\n\n二\nlast');
    const whole = await cut(bytes, 3);
    for (const [index, { endOffset, line }] of whole.entries()) {
      expect((await cut(bytes, 4, { offset: endOffset, line })).map(show)).toEqual(whole.slice(index + 1).map(show));
    }
  });

  it.each([1, 3, 50])('leaves out a line over the limit and keeps its neighbors (chunks of %i)', async (size) => {
    const bytes = Buffer.from(`a\n${'x'.repeat(11)}\n${'y'.repeat(10)}\r\nb\n${'z'.repeat(40)}`);
    expect((await cut(bytes, size, undefined, 10)).map(show)).toEqual([
      ['a', 1, 2],
      ['', 2, 14, 'excessBytes', 11],
      ['y'.repeat(10), 3, 26],
      ['b', 4, 28],
      ['', 5, 68, 'isUnterminated', true, 'excessBytes', 40],
    ]);
  });

  it.each([1, 3, 50])('tells how a line over the limit begins, and the hash of it whole (chunks of %i)', async (size) => {
    const line = 'x'.repeat(40);
    const [entry] = await cut(Buffer.from(`${line}\nb\n`), size, undefined, 10);
    expect(Buffer.from(entry!.excess!.start).toString('utf8')).toBe(line);
    expect(entry!.excess!.sha256).toBe(createHash('sha256').update(line).digest('hex'));
  });
});
