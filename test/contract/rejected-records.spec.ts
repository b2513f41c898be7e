import { afterEach, beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RejectedPlace, RejectedRecord } from '../../src/catalog/rejected-record-store.js';
import { KEPT_OF_REJECTED } from '../../src/domain/archive-record.js';
import { REJECTION_REASONS } from '../../src/domain/values.js';
import { MemoryRejectedRecords } from '../support/memory-rejected-records.js';
import { scaled } from '../support/scale.js';
import { ArchiveUnderTest } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const RUN = 'mj0run00000001';

function rejectedRecord(file: string, ordinal: number, more: Partial<RejectedRecord> = {}): RejectedRecord {
  const bytes = Buffer.from(`bad ${file} ${ordinal}`);
  return {
    importRunId: RUN,
    file,
    ordinal,
    line: ordinal,
    reason: 'NOT_JSON',
    detail: 'not JSON',
    bytes,
    length: bytes.length,
    sha256: 'a'.repeat(64),
    ...more,
  };
}

onEveryEngine('rejected records on $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeEach(async () => {
    archive = await ArchiveUnderTest.create(kind);
  });
  afterEach(() => archive.remove());

  const list = (page: { reason?: RejectedRecord['reason']; after?: RejectedPlace; first?: number } = {}, run = RUN) =>
    archive.rejected.list(run, { reason: page.reason ?? null, after: page.after ?? null, first: page.first ?? 1_000 });
  const places = async (...parameters: Parameters<typeof list>): Promise<string> =>
    (await list(...parameters)).map(({ file, ordinal }) => `${file}:${ordinal}`).join(' ');

  it('are kept byte for byte, and seen at once', async () => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
    const records = [
      rejectedRecord('a', 1, { bytes: everyByte, length: 17 * 1024 * 1024, sha256: null, detail: '"甲"\0', reason: 'RECORD_TOO_LARGE' }),
      rejectedRecord('a', 2, { bytes: new Uint8Array(0), length: 0, line: 9_000_000 }),
      rejectedRecord('目录/𠮷"*?.jsonl', 3, { bytes: new Uint8Array(KEPT_OF_REJECTED).fill(0xff), length: KEPT_OF_REJECTED }),
    ];
    await archive.rejected.add([...records].reverse());
    const kept = await list();
    expect(kept.map((record) => ({ ...record, bytes: [...record.bytes] }))).toEqual(
      records.map((record) => ({ ...record, bytes: [...record.bytes] })),
    );
    expect(await archive.rejected.count(RUN, null)).toBe(3);
    await archive.reopen();
    expect((await list()).map(({ sha256, length }) => [sha256, length])).toEqual(records.map(({ sha256, length }) => [sha256, length]));
  });

  it('replace themselves when they are rejected again', async () => {
    await archive.rejected.add([rejectedRecord('a', 1), rejectedRecord('a', 2)]);
    await archive.rejected.add([rejectedRecord('a', 2, { reason: 'NOT_UTF8', detail: 'other' }), rejectedRecord('a', 3)]);
    expect((await list()).map(({ ordinal, reason, detail }) => [ordinal, reason, detail])).toEqual([
      [1, 'NOT_JSON', 'not JSON'],
      [2, 'NOT_UTF8', 'other'],
      [3, 'NOT_JSON', 'not JSON'],
    ]);
    expect([await archive.rejected.count(RUN, 'NOT_JSON'), await archive.rejected.count(RUN, 'NOT_UTF8')]).toEqual([2, 1]);
  });

  it('come in pages, by file and then by number, of one run and one reason', async () => {
    const some = ['b', 'a', 'a/b', 'A', 'é'].flatMap((file) =>
      [2, 10, 1].map((ordinal) => rejectedRecord(file, ordinal, { reason: ordinal === 10 ? 'NOT_UTF8' : 'NOT_JSON' })),
    );
    await archive.rejected.add([...some, rejectedRecord('a', 5, { importRunId: 'another' })]);
    const inOrder = 'A:1 A:2 A:10 a:1 a:2 a:10 a/b:1 a/b:2 a/b:10 b:1 b:2 b:10 é:1 é:2 é:10';
    expect(await places()).toBe(inOrder);
    expect(await places({ first: 4 })).toBe('A:1 A:2 A:10 a:1');
    expect(await places({ first: 3, after: { file: 'a', ordinal: 2 } })).toBe('a:10 a/b:1 a/b:2');
    expect(await places({ first: 2, after: { file: 'a', ordinal: 10 }, reason: 'NOT_UTF8' })).toBe('a/b:10 b:10');
    expect(await places({ after: { file: 'é', ordinal: 10 } })).toBe('');
    expect(await places({ reason: 'ENCRYPTED' })).toBe('');
    expect(await places({}, 'another')).toBe('a:5');
    expect(await places({}, 'none')).toBe('');
    expect([await archive.rejected.count('another', null), await archive.rejected.count('none', null)]).toEqual([1, 0]);
  });

  it('are forgotten behind a place by their number, whatever their lines', async () => {
    // three records in one line, then blank lines
    const lines = [1, 1, 1, 20, 21];
    await archive.rejected.add([
      ...lines.map((line, index) => rejectedRecord('a', index + 1, { line })),
      rejectedRecord('b', 5),
      rejectedRecord('a', 5, { importRunId: 'another' }),
    ]);
    await archive.rejected.discardBehind(RUN, { file: 'a', ordinal: 4 });
    expect(await places()).toBe('a:1 a:2 a:3 a:4 b:5');
    await archive.rejected.discardBehind(RUN, { file: 'a', ordinal: 2 });
    expect(await places()).toBe('a:1 a:2 b:5');
    await archive.rejected.discardBehind(RUN, { file: 'a', ordinal: 0 });
    await archive.rejected.discardBehind('none', { file: 'b', ordinal: 0 });
    expect(await places()).toBe('b:5');
    expect(await places({}, 'another')).toBe('a:5');
    await archive.rejected.add([]);
    expect(await archive.rejected.count(RUN, null)).toBe(1);
  });

  it('are as a plain list keeps them, after any calls', async () => {
    const file = fc.constantFrom('a', 'b');
    const ordinal = fc.integer({ min: 1, max: 12 });
    const record = fc
      .tuple(file, ordinal, fc.integer({ min: 1, max: 12 }), fc.constantFrom(...REJECTION_REASONS))
      .map(([name, place, line, reason]) => rejectedRecord(name, place, { line, reason, detail: `${line}` }));
    const call = fc.oneof(
      fc.uniqueArray(record, { maxLength: 8, selector: (one) => `${one.file}:${one.ordinal}` }).map((records) => ({ records })),
      fc.record({ file, ordinal: fc.integer({ min: 0, max: 12 }) }).map((behind) => ({ behind })),
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 8 }), async (calls) => {
        const [importRunId, plain] = [`round-${(round += 1)}`, new MemoryRejectedRecords()];
        for (const one of calls) {
          for (const store of [archive.rejected, plain]) {
            if ('behind' in one) await store.discardBehind(importRunId, one.behind);
            else await store.add(one.records.map((each) => ({ ...each, importRunId })));
          }
        }
        for (const reason of [null, 'NOT_JSON'] as const) {
          const page = { reason, after: { file: 'a', ordinal: 3 }, first: 5 };
          expect(plainRecords(await archive.rejected.list(importRunId, page))).toEqual(plainRecords(await plain.list(importRunId, page)));
          expect(await archive.rejected.count(importRunId, reason)).toBe(await plain.count(importRunId, reason));
        }
        const all = { reason: null, after: null, first: 100 };
        expect(plainRecords(await archive.rejected.list(importRunId, all))).toEqual(plainRecords(await plain.list(importRunId, all)));
      }),
      { numRuns: scaled(400) },
    );
  }, 600_000);
});

function plainRecords(records: readonly RejectedRecord[]): object[] {
  return records.map((record) => ({ ...record, bytes: Buffer.from(record.bytes).toString() }));
}
