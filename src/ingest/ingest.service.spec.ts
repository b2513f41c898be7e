import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FixedClock } from '../../test/support/fixed-clock.js';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { MemoryIndexWriter } from '../../test/support/memory-index-writer.js';
import { MemoryRejectedRecords } from '../../test/support/memory-rejected-records.js';
import { Random } from '../../test/support/random.js';
import type { AuditBlock } from '../audit/audit-block.js';
import { AuditLog } from '../audit/audit-log.js';
import { BlobReferences } from '../blobs/blob-references.js';
import { BlobStore } from '../blobs/blob-store.js';
import { HoldfastError } from '../errors/errors.js';
import { RegisterStore } from '../holds/register-store.js';
import { BatchEnricher } from './enrich-batch.js';
import { BATCH_RECORDS } from './import-file.js';
import type { ImportReport } from './import-report.js';
import { ImportRunLog } from './import-run-log.js';
import { IngestService, type ImportOptions } from './ingest.service.js';

let directory: string;
let writer: MemoryIndexWriter;
let catalog: MemoryCatalogStore;
let clock: FixedClock;
let rejected: MemoryRejectedRecords;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-ingest-'));
  writer = new MemoryIndexWriter();
  catalog = new MemoryCatalogStore();
  rejected = new MemoryRejectedRecords();
  clock = new FixedClock(Date.UTC(2026, 10, 22));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(directory, 'in', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function importPath(path: string, options: Partial<ImportOptions> = {}): Promise<ImportReport> {
  const enricher = new BatchEnricher(async () => new BlobReferences(catalog, new BlobStore(join(directory, 'blobs'))));
  const service = new IngestService(writer, enricher, new ImportRunLog(catalog), new AuditLog(catalog, clock), clock, rejected, new RegisterStore(catalog));
  return service.importPath({
    path,
    source: null,
    identitySpace: null,
    format: null,
    mediaDirectory: null,
    excludedDirectory: null,
    viewer: 'tester',
    signal: new AbortController().signal,
    onProgress: () => clock.set(clock.now() + 700),
    ...options,
  });
}

const record = (id: string | number, text = `text ${id}`, more: object = {}): string =>
  JSON.stringify({ id: String(id), conversationId: 'c', senderId: 's', sentAt: Date.UTC(2026, 0, 1) + Number(id), text, ...more });
const lines = (...records: string[]): string => records.map((one) => `${one}\n`).join('');
const many = (count: number, from = 0): string => lines(...Array.from({ length: count }, (_, index) => record(from + index)));
const countsOf = ({ run }: ImportReport): object => Object.fromEntries(Object.entries(run.tally.counts).filter(([, count]) => count > 0));

/** Everything stored, without import runs: equal however it came in. */
function digest(): string {
  const documents = writer.all().map(({ message, raws }) => ({
    message: { ...message, sources: message.sources.map(({ importRunId: _run, ...source }) => source) },
    raws,
  }));
  return createHash('sha256').update(JSON.stringify(documents)).digest('hex');
}

async function auditEvents(): Promise<readonly object[]> {
  return (await catalog.list<AuditBlock>('audit-block', { first: 1000 })).flatMap(({ value }) => value.events);
}

describe('importPath', () => {
  it('imports a file and writes down all about it', async () => {
    const content = `${many(3)}${record(1)}\nnull\n${record(2, 'other')}\n`;
    const { run, exitCode } = await importPath(write('chat.jsonl', content), { source: 'phone' });
    expect(exitCode).toBe(1);
    expect(run).toMatchObject({
      state: 'finished',
      name: 'chat.jsonl',
      source: 'phone',
      identitySpace: null,
      unclaimed: [],
      files: [
        {
          name: 'chat.jsonl',
          bytes: content.length,
          sha256: createHash('sha256').update(content).digest('hex'),
          format: 'holdfast-jsonl',
          state: 'finished',
          problems: [],
          lines: {
            new: { ranges: [[1, 3]], omitted: 0 },
            duplicate: { ranges: [[4, 4]], omitted: 0 },
            rejected: { ranges: [[5, 5]], omitted: 0 },
            conflict: { ranges: [[6, 6]], omitted: 0 },
          },
        },
      ],
      tally: {
        counts: { read: 6, new: 3, duplicate: 1, merged: 0, conflict: 1, disposed: 0, rejected: 1 },
        rejections: { NOT_AN_OBJECT: { count: 1, first: [{ file: 'chat.jsonl', line: 5, detail: 'null instead of an object' }] } },
        earliestSentAt: Date.UTC(2026, 0, 1),
        latestSentAt: Date.UTC(2026, 0, 1) + 2,
      },
      assumptions: ['No identity space was named: equal ids within "phone" were taken for one message.'],
    });
    expect(await new ImportRunLog(catalog).find(run.id)).toEqual(run);
    expect(JSON.stringify(run)).not.toContain(directory);
    const [first] = writer.all();
    expect(first!.message).toMatchObject({
      identitySpace: 'phone',
      sources: [{ source: 'phone', file: 'chat.jsonl', importRunId: run.id }],
    });
    expect(await auditEvents()).toMatchObject([
      { kind: 'import', phase: 'started', viewer: 'tester', importRunId: run.id, archiveSha256: null, counts: {} },
      { kind: 'import', phase: 'finished', importRunId: run.id, archiveSha256: run.files[0]!.sha256, counts: run.tally.counts },
    ]);
  });

  it('changes nothing the second time, under any name, packed or not', async () => {
    await importPath(write('a.jsonl', many(20)));
    const before = digest();
    for (const path of [write('a.jsonl', many(20)), write('b.jsonl', many(20)), write('z.jsonl.gz', gzipSync(many(20)))]) {
      expect(countsOf(await importPath(path))).toEqual({ read: 20, duplicate: 20 });
      expect(digest()).toBe(before);
    }
  });

  it('looks first, and then analyzes only what it does not know', async () => {
    await importPath(write('a.jsonl', many(5 * BATCH_RECORDS)));
    const arrived: number[] = [];
    const put = writer.put.bind(writer);
    writer.put = (items) => {
      if (items.length > 0) arrived.push(items.length);
      return put(items);
    };
    const again = await importPath(write('a.jsonl', `${many(5 * BATCH_RECORDS)}${record(3, 'other')}\n${record('9999999')}\n`));
    expect(countsOf(again)).toEqual({ read: 5 * BATCH_RECORDS + 2, duplicate: 5 * BATCH_RECORDS, conflict: 1, new: 1 });
    expect(arrived).toEqual([2, 1]);
    const [known, last] = [5 * BATCH_RECORDS, 5 * BATCH_RECORDS + 2];
    expect(again.run.files[0]!.lines).toEqual({
      duplicate: { ranges: [[1, known]], omitted: 0 },
      conflict: { ranges: [[known + 1, known + 1]], omitted: 0 },
      new: { ranges: [[last, last]], omitted: 0 },
    });
    expect(again.run.tally).toMatchObject({ earliestSentAt: Date.UTC(2026, 0, 1), latestSentAt: Date.UTC(2026, 0, 1) + 9_999_999 });
  });

  it('ends in the same archive for any order of overlapping files', async () => {
    const random = new Random(7);
    const records = Array.from({ length: 60 }, (_, index) =>
      record(
        index % 25,
        random.pick(['付款', '收款', '付款了', '']),
        random.pick([{}, { recalledAt: 1_772_413_260_000 }, { senderName: '张' }, { recipientIds: ['a'] }]),
      ),
    );
    const digests = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      writer = new MemoryIndexWriter();
      const files = [0, 1, 2].map((file) => write(`${file}.jsonl`, lines(...records.slice(file * 15, file * 15 + 30))));
      for (const file of files.sort(() => random.next() - 0.5)) await importPath(file);
      digests.add(digest());
    }
    expect(digests.size).toBe(1);
  });

  it('joins messages that repeat inside one batch, and those another process writes meanwhile', async () => {
    const repeated = lines(...Array.from({ length: 300 }, (_, index) => record(index % 3, `text ${index % 7}`)));
    let puts = 0;
    writer.beforePut = async () => {
      // Another process takes the place of the message three times.
      if ((puts += 1) > 4 || puts === 1) return;
      for (const [id, known] of writer.messages) writer.messages.set(id, { ...known, version: `${known.version}-${puts}` });
    };
    expect(countsOf(await importPath(write('a.jsonl', repeated)))).toEqual({ read: 300, new: 3, conflict: 18, duplicate: 279 });
    expect(writer.all().map(({ message, raws }) => [message.text, message.versions.length, raws.length])).toEqual([
      ['text 6', 6, 7],
      ['text 6', 6, 7],
      ['text 6', 6, 7],
    ]);
  });

  it('rejects what the engine will never take, with its bytes, and stores its neighbors', async () => {
    writer.refuses = ({ folded }) => folded.body.includes('poison');
    const path = write('a.jsonl', lines(record(1), 'no json', record(2, 'poison'), record(2, 'poison'), record(3)));
    const { run } = await importPath(path);
    expect(run.tally.counts).toMatchObject({ read: 5, new: 2, rejected: 3 });
    expect(run.tally.rejections.WRITE_REFUSED).toMatchObject({ count: 2, first: [{ line: 3, detail: 'too long' }, { line: 4 }] });
    const kept = await rejected.list(run.id, { reason: null, after: null, first: 9 });
    expect(kept.map(({ line, reason }) => [line, reason])).toEqual([[2, 'NOT_JSON'], [3, 'WRITE_REFUSED'], [4, 'WRITE_REFUSED']]);
    expect(Buffer.from(kept[1]!.bytes).toString()).toContain('poison');
  });

  it('goes on where it was stopped, and counts every record once', async () => {
    const total = 6 * BATCH_RECORDS;
    const path = write('big.jsonl', many(total));
    const controller = new AbortController();
    const stopped = await importPath(path, {
      signal: controller.signal,
      onProgress: ({ recordsDone }) => recordsDone >= BATCH_RECORDS && controller.abort(),
    });
    expect(stopped).toMatchObject({ exitCode: 130, run: { state: 'interrupted', files: [{ committedOffset: expect.any(Number) }] } });
    expect(stopped.run.tally.counts.read).toBeLessThan(total);
    const resumed = await importPath(path);
    expect(resumed.run.id).toBe(stopped.run.id);
    expect(countsOf(resumed)).toEqual({ read: total, new: total });
    expect(resumed.run.files[0]!.lines).toEqual({ new: { ranges: [[1, total]], omitted: 0 } });
    expect(resumed.run.files[0]).toMatchObject({ sha256: createHash('sha256').update(many(total)).digest('hex') });
    expect(countsOf(await importPath(path))).toEqual({ read: total, duplicate: total });
  });

  it('counts what it had stored when it was killed, but not written down, as its own work', async () => {
    const total = 7 * BATCH_RECORDS;
    const path = write('big.jsonl', many(total));
    const controller = new AbortController();
    const stopped = await importPath(path, {
      signal: controller.signal,
      onProgress: ({ recordsDone }) => recordsDone >= BATCH_RECORDS && controller.abort(),
    });
    const saved = (await catalog.get('import-run', stopped.run.id))!;
    const more = new AbortController();
    await importPath(path, { signal: more.signal, onProgress: ({ recordsDone }) => recordsDone >= 3 * BATCH_RECORDS && more.abort() });
    expect(writer.messages.size).toBeGreaterThan(stopped.run.tally.counts.read);
    // As after `kill -9`: the run still stands as it was saved last.
    catalog.replaceAll('import-run', [[stopped.run.id, saved.value]]);
    const killed = await importPath(path);
    expect(countsOf(killed)).toEqual({ read: total, new: total });
    expect(killed.run.files[0]!.lines).toEqual({ new: { ranges: [[1, total]], omitted: 0 } });
  });

  it('begins anew when the file is another one now', async () => {
    const total = 4 * BATCH_RECORDS;
    const path = write('a.jsonl', many(total));
    const controller = new AbortController();
    const stopped = await importPath(path, { signal: controller.signal, onProgress: () => controller.abort() });
    write('a.jsonl', many(total).replace('text 5', 'TEXT 5'));
    const again = await importPath(path);
    expect(again.run.id).not.toBe(stopped.run.id);
    expect(again.run.tally.counts).toMatchObject({ read: total, conflict: 1 });
  });

  it('leaves a failed run that goes on when the engine is well again', async () => {
    const total = 4 * BATCH_RECORDS;
    const path = write('a.jsonl', many(total));
    let puts = 0;
    writer.beforePut = async () => {
      if ((puts += 1) === 3) throw new HoldfastError('ENGINE_UNAVAILABLE');
    };
    await expect(importPath(path)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    const [failed] = await new ImportRunLog(catalog).list(1);
    expect(failed).toMatchObject({ state: 'failed' });
    const resumed = await importPath(path);
    expect(resumed.run.id).toBe(failed!.id);
    expect(countsOf(resumed)).toEqual({ read: total, new: total });
    expect((await auditEvents()).map((event) => (event as { phase: string }).phase)).toEqual(['started', 'failed', 'started', 'finished']);
  });

  it('imports a directory in order, takes attachments from it, and lists what nobody knows', async () => {
    write('b/two.jsonl', lines(record(1), record(3, 'see', { attachments: [{ name: 'p', path: '../media/p.jpg' }] })));
    write('a/one.jsonl', lines(record(1), record(2)));
    write('media/p.jpg', 'picture');
    write('notes.doc', 'nobody knows');
    write('empty.jsonl', '');
    write('.DS_Store', '');
    write('holdfast-data/archive.jsonl', many(1));
    const { run, exitCode } = await importPath(join(directory, 'in'), { excludedDirectory: join(directory, 'in/holdfast-data') });
    expect(exitCode).toBe(1);
    expect(run.files.map(({ name, tally }) => [name, tally.counts.read])).toEqual([
      ['a/one.jsonl', 2],
      ['b/two.jsonl', 2],
      ['empty.jsonl', 0],
    ]);
    expect(run.files.map(({ lines }) => lines)).toEqual([
      { new: { ranges: [[1, 2]], omitted: 0 } },
      { duplicate: { ranges: [[1, 1]], omitted: 0 }, new: { ranges: [[2, 2]], omitted: 0 } },
      {},
    ]);
    expect(run.unclaimed).toEqual(['notes.doc']);
    expect(run.tally).toMatchObject({ counts: { new: 3, duplicate: 1 }, attachments: { not_scanned: 1 }, warnings: {} });
    expect(writer.all().find(({ message }) => message.nativeId === '1')!.message.sources).toMatchObject([{ file: 'a/one.jsonl', line: 1 }]);
  });

  // prettier-ignore
  it.each<[string, string, string | Uint8Array, number, object]>([
    ['an empty file', 'a.jsonl', '', 0, {}],
    ['blank lines', 'a.jsonl', '\r\n \n', 0, {}],
    ['clean records', 'a.jsonl', many(2), 0, { read: 2, new: 2 }],
    ['a warning', 'a.jsonl', lines(record(1, 'x', { kind: 'hologram' })), 1, { read: 1, new: 1 }],
    ['nothing but bad records', 'a.jsonl', 'null\nx\n', 2, { read: 2, rejected: 2 }],
    ['a file nobody knows', 'a.exe', 'MZ', 2, {}],
    ['a gzip cut short', 'a.jsonl.gz', gzipSync(many(2_000)).subarray(0, 2_000), 1, expect.objectContaining({ rejected: 1 })],
    ['a gzip that holds nothing', 'a.jsonl.gz', gzipSync(many(2_000)).subarray(0, 12), 2, {}],
  ])('exits after %s', async (_what, name, content, exitCode, counts) => {
    const report = await importPath(write(name, content));
    expect([report.exitCode, countsOf(report)]).toEqual([exitCode, counts]);
  });

  it('says that the format is probably another one, and keeps the good records', async () => {
    const { run, exitCode } = await importPath(write('a.jsonl', `${many(79)}${'bad\n'.repeat(21)}`));
    expect(run.files[0]).toMatchObject({
      state: 'failed',
      problems: ['21 of 100 records were rejected: the format is probably another one.'],
    });
    expect([run.state, run.tally.counts.new, exitCode]).toEqual(['finished', 79, 1]);
    expect(run.tally.rejections.NOT_JSON!.first).toHaveLength(10);
    const fifth = await importPath(write('b.jsonl', `${many(80)}${'bad\n'.repeat(20)}`));
    expect(fifth.run.files[0]).toMatchObject({ state: 'finished', problems: [] });
  });

  it('gives up a file with too many bad records before its end, keeps what it stored, and reads the next', async () => {
    const mixed = lines(...Array.from({ length: 4 * BATCH_RECORDS }, (_, index) => (index % 3 === 0 ? 'bad' : record(index))));
    write('a.jsonl', mixed);
    write('b.jsonl', lines(record(1)));
    const { run, exitCode } = await importPath(join(directory, 'in'));
    const [read, bad] = [BATCH_RECORDS, Math.ceil(BATCH_RECORDS / 3)];
    expect(run.files).toMatchObject([
      {
        state: 'failed',
        sha256: null,
        problems: [`Stopped: ${bad} of ${read} records were rejected: the format is probably another one.`],
        tally: { counts: { read, rejected: bad, new: read - bad } },
      },
      { state: 'finished', tally: { counts: { read: 1, duplicate: 1 } } },
    ]);
    expect([run.state, exitCode, writer.messages.size]).toEqual(['finished', 1, read - bad]);
    expect((await importPath(write('c.jsonl', 'bad\n'.repeat(3 * BATCH_RECORDS)))).exitCode).toBe(2);
    const phases = (await auditEvents()).map((event) => (event as { phase: string }).phase);
    expect(phases.slice(0, 4)).toEqual(['started', 'failed', 'started', 'finished']);
  });

  it('refuses a path, format or media directory that is not there, before it does anything', async () => {
    const path = write('a.jsonl', many(1));
    await expect(importPath(join(directory, 'nothing.jsonl'))).rejects.toMatchObject({
      code: 'IMPORT_FILE_UNREADABLE',
      facts: { file: 'nothing.jsonl' },
    });
    await expect(importPath(path, { format: 'dbase' })).rejects.toMatchObject({ code: 'IMPORT_FORMAT_UNKNOWN' });
    await expect(importPath(path, { mediaDirectory: path })).rejects.toMatchObject({ code: 'IMPORT_FILE_UNREADABLE' });
    expect(await new ImportRunLog(catalog).list(10)).toEqual([]);
  });
});
