import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from '../../domain/message.js';
import { makeAttachment, makeMessage } from '../../../test/support/make-message.js';
import { prepare } from '../../../test/support/prepare.js';
import { Random } from '../../../test/support/random.js';
import { scaled } from '../../../test/support/scale.js';
import type { RemovalState } from '../index-eraser.js';
import type { PreparedMessage } from '../index-writer.js';
import { openArchiveForReading, openArchiveForWriting } from './open-database.js';
import { SqliteIndexEraser } from './sqlite-index-eraser.js';
import { SqliteIndexWriter } from './sqlite-index-writer.js';

const RULES = 'rules';
/** Stands in no other text, alone in its range of code points: the index stores its term whole. */
const RARE = '\u{2B81D}';

let dataDir: string;
let writer: SqliteIndexWriter;
let eraser: SqliteIndexEraser;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-remove-'));
  writer = SqliteIndexWriter.open(dataDir, RULES);
  eraser = SqliteIndexEraser.open(dataDir, RULES);
});
afterEach(async () => {
  await eraser.close();
  await writer.close();
  rmSync(dataDir, { recursive: true });
});

async function put(messages: readonly Message[]): Promise<PreparedMessage[]> {
  const known = await writer.read(messages.map(({ id }) => id));
  const prepared = messages.map((message) => prepare(message, [{ sha256: message.id, text: `raw ${message.text}` }]));
  await writer.put(prepared.map((message, index) => ({ prepared: message, expected: known[index]?.version ?? null })));
  return prepared;
}

async function erase(messages: readonly Message[]): Promise<void> {
  const found = await writer.read(messages.map(({ id }) => id));
  const results = await eraser.erase(found.map((message) => ({ id: message!.message.id, version: message!.version })), 'batch');
  expect(results.every(({ outcome }) => outcome === 'erased')).toBe(true);
}

async function remove(from: RemovalState | null = null): Promise<RemovalState[]> {
  const states: RemovalState[] = [];
  for await (const state of eraser.remove(from)) states.push(state);
  return states;
}

/** Everything in the files of the data directory, byte for byte. */
function files(): Buffer {
  return Buffer.concat(readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name))));
}

/** The blocks of the index. */
function index(): Buffer {
  const archive = openArchiveForWriting(dataDir, RULES);
  try {
    return Buffer.concat(archive.prepare<[], Buffer>('SELECT block FROM grams_data').pluck().all());
  } finally {
    archive.close();
  }
}

describe('removing the bytes of destroyed messages', () => {
  it('leaves nothing in the log, the tables and the index', async () => {
    const destroyed = makeMessage('gone', { text: `绝密付款 ${RARE}${RARE}`, attachments: [makeAttachment('秘密报价.pdf')] });
    const [prepared] = await put([destroyed, makeMessage('kept', { text: '留下的付款' })]);
    const traces = [RARE, '绝密付款', '秘密报价', Buffer.from(prepared!.document.subarray(20, 60))];
    const hasTerms = (): boolean => index().includes(RARE);
    const found = (): boolean[] => traces.map((trace) => files().includes(trace));
    expect([found(), hasTerms()]).toEqual([[true, true, true, true], true]);
    await erase([destroyed]);
    // It is invisible, and there.
    expect([found().includes(true), hasTerms()]).toEqual([true, true]);
    const states = await remove();
    expect(states.at(-1)).toMatchObject({ store: 'archive.sqlite', done: 'removed', left: 0 });
    expect([found(), hasTerms()]).toEqual([[false, false, false, false], false]);
    expect(files().includes('留下的付款')).toBe(true);
  });

  it('whatever moved while messages grew, shrank and went', async () => {
    const random = new Random(7);
    // Packed or not, what comes in no other text stands there as it is.
    const mark = (): string => `qz${random.times(18, () => random.below(36).toString(36)).join('')}`;
    const found = (): Set<string> => new Set(files().toString('latin1').match(/qz[0-9a-z]{18}/g));
    const messages = Array.from({ length: scaled(20_000) }, (_, number) => makeMessage(String(number)));
    const marks = new Map<string, string[]>(messages.map(({ id }) => [id, []]));
    for (let round = 0; round < 8; round += 1) {
      for (let start = 0; start < messages.length; start += 50) {
        const some = messages.slice(start, start + 50).filter(() => round === 0 || random.chance(0.5));
        const changed = some.map((message) => {
          marks.get(message.id)!.push(mark());
          return { ...message, text: `${marks.get(message.id)!.at(-1)} ${'付款合同'.repeat(Math.floor(random.next() * 40))}` };
        });
        await put(changed);
      }
    }
    const destroyed = new Set(messages.filter(() => random.chance(0.3)));
    const [kept, gone]: [string[], string[]] = [[], []];
    for (const message of messages) {
      const [last, ...older] = [...marks.get(message.id)!].reverse();
      (destroyed.has(message) ? gone : kept).push(last!);
      gone.push(...older);
    }
    const before = found();
    const stored = [...kept, ...[...destroyed].map(({ id }) => marks.get(id)!.at(-1)!)];
    expect(stored.filter((one) => !before.has(one))).toEqual([]);
    await erase([...destroyed]);
    await remove();
    const after = found();
    expect(kept.filter((one) => !after.has(one))).toEqual([]);
    expect(gone.filter((one) => after.has(one))).toEqual([]);
  }, 120_000);

  it('goes on where it was stopped, and has nothing to do a second time', async () => {
    const text = (number: number): string => `${number} 付款${String.fromCodePoint(0x4e00 + number)}合同`.repeat(20);
    const messages = Array.from({ length: 2_000 }, (_, number) => makeMessage(String(number), { text: text(number) }));
    await put(messages);
    // Few: what is deleted in large parts, the index leaves out by itself.
    await erase(messages.slice(0, 50));
    let last: RemovalState | null = null;
    for await (const state of eraser.remove(null)) if ((last = state).left > 0) break;
    expect(last!.done).toBe('released');
    const states = await remove(last);
    expect(states.at(-1)!.done).toBe('removed');
    expect(await remove(states.at(-1))).toEqual([]);
    expect((await remove()).map(({ done, left }) => [done, left])).toEqual([['released', 0], ['rewritten', 0], ['removed', 0]]);
  });

  it('is not finished while somebody reads an older state', async () => {
    const message = makeMessage('gone', { text: '绝密付款' });
    await put([message]);
    const reader = openArchiveForReading(dataDir)!;
    reader.exec('BEGIN; SELECT count(*) FROM message');
    reader.prepare('SELECT count(*) FROM message').get();
    await erase([message]);
    let last: RemovalState | null = null;
    for await (const state of eraser.remove(null)) {
      last = state;
      if (state.done === 'rewritten' && state.left > 0) break;
    }
    expect(last).toMatchObject({ done: 'rewritten', left: 1 });
    reader.close();
    expect((await remove(last)).at(-1)!.done).toBe('removed');
  });
});
