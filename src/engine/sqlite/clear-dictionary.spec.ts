import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeIds, request, SCOPE } from '../../../test/contract/archive-under-test.js';
import { makeMessage } from '../../../test/support/make-message.js';
import { prepare } from '../../../test/support/prepare.js';
import { terms } from '../../../test/support/query-nodes.js';
import type { Message } from '../../domain/message.js';
import { NO_AGGREGATION } from '../../query/aggregation.js';
import { SqliteIndexEraser } from './sqlite-index-eraser.js';
import { SqliteIndexWriter } from './sqlite-index-writer.js';
import { SqliteSearchEngine } from './sqlite-search-engine.js';

const RULES = 'rules';

let dataDir: string;
let writer: SqliteIndexWriter;
let eraser: SqliteIndexEraser;
let engine: SqliteSearchEngine;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-clear-'));
  writer = SqliteIndexWriter.open(dataDir, RULES);
  eraser = SqliteIndexEraser.open(dataDir, RULES);
  engine = searching();
});
afterEach(async () => {
  await engine.close();
  await eraser.close();
  await writer.close();
  rmSync(dataDir, { recursive: true });
});

function searching(): SqliteSearchEngine {
  return new SqliteSearchEngine({ dataDir, foldVersion: RULES }, 1);
}

async function reopen(): Promise<void> {
  await engine.close();
  engine = searching();
}

async function store(messages: readonly Message[]): Promise<void> {
  await writer.put(messages.map((message) => ({ prepared: prepare(message), expected: null })));
}

const by = (senderId: string, nativeId: string) => makeMessage(nativeId, { senderId, custodianIds: [senderId, 'shared'], text: '付款' });

async function destroy(nativeId: string, senderId: string): Promise<void> {
  const { id } = by(senderId, nativeId);
  const [known] = await writer.read([id]);
  expect(await eraser.erase([{ id, version: known!.version }], 'batch')).toMatchObject([{ outcome: 'erased' }]);
  for await (const state of eraser.remove(null)) void state;
}

async function found(senderId: string): Promise<readonly string[]> {
  return nativeIds((await engine.search(SCOPE, request({ filter: terms('senderId', senderId) }))).hits);
}

async function senders(): Promise<readonly (readonly [string, number])[]> {
  const facets = (['senderId', 'custodianId'] as const).map((field) => ({ field, first: 20 }));
  const { aggregations } = await engine.search(SCOPE, request({ aggregations: { ...NO_AGGREGATION, facets } }));
  return aggregations.facets.flatMap(({ buckets }) => buckets.map(({ value, count }) => [value, count] as const));
}

function hasOnDisk(text: string): boolean {
  return readdirSync(dataDir).some((name) => readFileSync(join(dataDir, name)).includes(text));
}

it('overwrites identifiers that only destroyed messages had, and keeps the others', async () => {
  await store([by('wxid-vanishing', '1'), by('wxid-staying', '2'), by('wxid-staying', '3')]);
  expect([hasOnDisk('wxid-vanishing'), hasOnDisk('wxid-staying')]).toEqual([true, true]);
  await destroy('1', 'wxid-vanishing');
  await destroy('2', 'wxid-staying');
  expect([hasOnDisk('wxid-vanishing'), hasOnDisk('wxid-staying')]).toEqual([false, true]);
  for (const again of [false, true]) {
    if (again) await reopen();
    expect([await found('wxid-vanishing'), await found('wxid-staying')]).toEqual([[], ['3']]);
    expect(await senders()).toEqual([['wxid-staying', 1], ['shared', 1], ['wxid-staying', 1]]);
  }
});

it('lets a writer and a search process that remember the old number go on rightly', async () => {
  await store([by('wang', '1'), by('li', '2')]);
  expect(await found('wang')).toEqual(['1']);
  await destroy('1', 'wang');
  // The same writer, whose dictionary knows both; the number of `wang` stands for nothing any more.
  await store([by('wang', '3'), by('zhao', '4')]);
  for (const again of [false, true]) {
    if (again) await reopen();
    expect([await found('wang'), await found('zhao'), await found('li')]).toEqual([['3'], ['4'], ['2']]);
    expect(await senders()).toEqual([
      ...[['li', 1], ['wang', 1], ['zhao', 1]], ...[['shared', 3], ['li', 1], ['wang', 1], ['zhao', 1]],
    ]);
  }
});
