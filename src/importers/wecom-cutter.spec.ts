import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scaled } from '../../test/support/scale.js';
import type { RawEntry } from '../domain/archive-record.js';
import { wecomChatdataImporter } from './wecom-chatdata.importer.js';
import { cutWecomRecords } from './wecom-cutter.js';

const message = (index: number): object => ({
  msgid: `m${index}`,
  action: 'send',
  from: 'zhang',
  tolist: ['li', 'wang'],
  roomid: 'wrRoom',
  msgtime: 1_726_538_461_000 + index,
  msgtype: 'text',
  text: { content: `第${index}条 "引号" {括号} [方] \\ 反斜\n杠, {"seq":1}` },
});
const entry = (index: number): object => ({ seq: index, msgid: `m${index}`, publickey_ver: 3, msg: message(index) });
const answer = (from: number, to: number): object => ({
  errcode: 0,
  errmsg: 'ok',
  chatdata: Array.from({ length: to - from }, (_, index) => entry(from + index)),
});
const lines = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function cut(text: string | Uint8Array, chunkSize = 64, from = { offset: 0, line: 0 }, limit?: number): Promise<RawEntry[]> {
  const bytes = Buffer.from(text);
  const entries: RawEntry[] = [];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += chunkSize) yield Uint8Array.from(bytes.subarray(start, start + chunkSize));
  }
  for await (const batch of cutWecomRecords(chunks(), from, limit)) entries.push(...batch);
  return entries;
}

const textOf = ({ bytes }: RawEntry): string => Buffer.from(bytes).toString('utf8');
const idOf = (record: RawEntry): string => {
  const mapped = wecomChatdataImporter.map(record, { now: 0, identitySpace: 'company' });
  return mapped.kind === 'message' ? mapped.draft.nativeId : mapped.reason;
};

/** Six files of messages 0 to 5 each. */
// prettier-ignore
const FORMS: [string, string][] = [
  ['lines', lines(...[0, 1, 2, 3, 4, 5].map(message))],
  ['envelopes as lines', lines(...[0, 1, 2, 3, 4, 5].map(entry))],
  ['an answer in one line', JSON.stringify(answer(0, 6))],
  ['an answer over many lines', `\uFEFF${JSON.stringify(answer(0, 6), null, 1)}\r\n`],
  ['an answer a line', lines(answer(0, 2), answer(2, 5), answer(5, 6))],
  ['answers over many lines', [answer(0, 2), answer(2, 6)].map((one) => JSON.stringify(one, null, 2)).join('\n')],
  ['a list', `[\n${[0, 1, 2, 3, 4, 5].map((index) => JSON.stringify(message(index))).join(',\n')}\n]`],
  ['a list over many lines', JSON.stringify([0, 1, 2, 3, 4, 5].map(message), null, 2)],
  ['messages over many lines', [0, 1, 2, 3, 4, 5].map((index) => JSON.stringify(message(index), null, 2)).join('\n')],
  ['lines with an answer among them', lines(message(0), message(1), answer(2, 5), message(5))],
  ['an answer with something behind its list', JSON.stringify({ ...answer(0, 6), has_more: [[1], { a: 1 }], next_cursor: 'x' }, null, 1)],
];
/** What a file is cut into is decided by its first bytes. */
const DECIDING_BYTES = 16;
const ALL = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'];

describe('cutWecomRecords', () => {
  it.each(FORMS)('cuts %s, in chunks of any size', async (_name, text) => {
    const whole = await cut(text, 1_000_000);
    expect(whole.map(idOf)).toEqual(ALL);
    for (const size of [1, 2, 7, 100]) expect(await cut(text, size)).toEqual(whole);
  });

  it.each(FORMS)('goes on behind each record of %s', async (_name, text) => {
    const whole = await cut(text);
    for (const [index, { endOffset, line }] of whole.entries()) {
      expect(await cut(text, 50, { offset: endOffset, line })).toEqual(whole.slice(index + 1));
    }
  });

  it('keeps the bytes of a record exactly, and numbers them', async () => {
    const odd = '{ "seq" :1,\n\t"msg":{"text":{"content":"\\u4f60 \\"}]"}} }';
    const found = await cut(`{"errcode":0,"chatdata":[${odd} ,\n null, 7, "x" ,[]]}`);
    expect(found.map((one) => [textOf(one), one.line])).toEqual([
      [odd, 1],
      ['null', 2],
      ['7', 3],
      ['"x"', 4],
      ['[]', 5],
    ]);
  });

  // prettier-ignore
  it.each<[string, string, string[]]>([
    ['an empty list', '{"errcode":0,"chatdata":[]}', []],
    ['no list at all', '{"errcode":301042,\n"errmsg":"ip not allowed"}', ['FIELD_MISSING']],
    ['a list that ends with the file', JSON.stringify(answer(0, 2)).slice(0, -2), ['m0', 'm1', 'CUT_OFF']],
    ['a record that ends with the file', JSON.stringify(answer(0, 2)).slice(0, -9), ['m0', 'CUT_OFF']],
    ['a lost brace', JSON.stringify(answer(0, 3)).replace('}},{"seq":1', '},{"seq":1'), ['NOT_JSON', 'm1', 'm2']],
    ['a lost comma', JSON.stringify(answer(0, 3)).replace('}},{"seq":1', '}}{"seq":1'), ['m0', 'm1', 'm2']],
    ['a lost quote', JSON.stringify(answer(0, 3)).replace('"from":', '"from:'), ['NOT_JSON', 'm1', 'm2']],
    ['a lost bracket', JSON.stringify(answer(0, 3), null, 1).replace(']', ''), ['NOT_JSON', 'm1', 'm2']],
    ['words between', JSON.stringify(answer(0, 3)).replace('{"seq":1', 'oh no {"seq":1'), ['m0', 'NOT_JSON', 'NOT_JSON', 'm1', 'm2']],
    ['a header that is damaged', JSON.stringify(answer(0, 3)).replace('"errmsg":', '"errmsg";'), ['NOT_JSON', 'm0', 'm1', 'm2']],
    ['an answer cut off, and others behind it', `${JSON.stringify(answer(0, 2)).slice(0, -60)}\n${lines(answer(2, 4))}`, ['m0', 'NOT_JSON', 'm2', 'm3']],
    ['lines that are no records', `${lines(message(0))}null\n[]\n\n  \n{"msgid":\n${lines(message(1))}`, ['m0', 'NOT_AN_OBJECT', 'NOT_AN_OBJECT', 'NOT_JSON', 'm1']],
  ])('gives its neighbors in spite of %s', async (_name, text, expected) => {
    for (const size of [1, 13, 100_000]) expect((await cut(text, size)).map(idOf)).toEqual(expected);
  });

  it.each([1, 50, 100_000])('leaves out a record over the limit, whole or damaged (chunks of %i)', async (size) => {
    const long = JSON.stringify(answer(0, 3)).replace('第1条', 'x'.repeat(2000));
    const found = await cut(long, size, undefined, 1000);
    const excess = found[1]!;
    expect(createHash('sha256').update(excess.excess!.start).digest('hex')).toBe(excess.excess!.sha256);
    expect(excess.excess!.start).toHaveLength(excess.excessBytes!);
    expect(found.map(({ bytes, excessBytes }) => [bytes.length > 0, excessBytes ?? 0])).toEqual([
      [true, 0],
      [false, expect.any(Number)],
      [true, 0],
    ]);
    expect((await cut(long.replace('x",', 'x,'), size, undefined, 1000)).map(idOf)).toEqual(['m0', 'RECORD_TOO_LARGE', 'm2']);
  });

  it('never throws, and gives each record exactly one outcome, whatever is cut off or flipped', async () => {
    const form = fc.constantFrom(...FORMS.map(([, text]) => text));
    const damage = fc.record({
      end: fc.double({ min: 0, max: 1, noNaN: true }),
      flips: fc.array(fc.nat(), { maxLength: 4 }),
      size: fc.integer({ min: 1, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(form, damage, async (text, { end, flips, size }) => {
        const bytes = Buffer.from(text);
        for (const flip of flips) bytes[DECIDING_BYTES + ((flip >>> 3) % (bytes.length - DECIDING_BYTES))]! ^= 1 << (flip & 7);
        const found = await cut(bytes.subarray(0, Math.ceil(bytes.length * end)), size);
        const outcomes = found.map(idOf);
        expect(outcomes).not.toContain('INTERNAL');
        // A flip costs at most the record it is in and, where it takes the place of what parts them, the next.
        if (end === 1) expect(ALL.filter((id) => !outcomes.includes(id)).length).toBeLessThanOrEqual(2 * flips.length);
        found.reduce((last, { endOffset }) => {
          expect(endOffset).toBeGreaterThan(last);
          return endOffset;
        }, 0);
      }),
      { numRuns: scaled(2_000) },
    );
  });
});
