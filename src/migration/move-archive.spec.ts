import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixedClock } from '../../test/support/fixed-clock.js';
import { makeMessage } from '../../test/support/make-message.js';
import { prepare } from '../../test/support/prepare.js';
import { FOLD_VERSION } from '../analysis/fold.js';
import { AuditLog } from '../audit/audit-log.js';
import { verifyAudit } from '../audit/verify-audit.js';
import { readArchiveState } from '../catalog/archive-state.js';
import type { RejectedRecord } from '../catalog/rejected-record-store.js';
import type { Message } from '../domain/message.js';
import { SqliteCatalog } from '../engine/sqlite/sqlite-catalog.js';
import { SqliteIndexEraser } from '../engine/sqlite/sqlite-index-eraser.js';
import { SqliteIndexWriter } from '../engine/sqlite/sqlite-index-writer.js';
import { SqliteRejectedRecords } from '../engine/sqlite/sqlite-rejected-records.js';
import { Rebuilding } from '../holds/rebuilding.js';
import { RegisterStore } from '../holds/register-store.js';
import { ImportRunLog } from '../ingest/import-run-log.js';
import type { ImportRun } from '../ingest/import-run.js';
import { thisProcess } from '../ingest/this-process.js';
import { EMPTY_TALLY } from '../ingest/tally.js';
import { moveArchive, type MoveOptions, type MoveReport } from './move-archive.js';
import type { OpenArchive } from './open-archive.js';

const MESSAGES = Array.from({ length: 4_500 }, (_, index) => makeMessage(String(index), { text: `第${index}条` }));
const run: ImportRun = {
  ...{ id: 'run-1', state: 'finished', startedAt: 1, finishedAt: 2, name: 'a.jsonl', source: 'archive', identitySpace: null, format: null },
  ...{ files: [], unclaimed: [], assumptions: [], tally: EMPTY_TALLY, pace: { since: 1, recordsBefore: 0, savedAt: 2 } },
  process: thisProcess(),
};
const rejectedRecord = (ordinal: number): RejectedRecord => ({
  ...{ importRunId: run.id, file: 'a.jsonl', ordinal, line: ordinal, reason: 'NOT_JSON', detail: 'no JSON', length: 2, sha256: null },
  bytes: Buffer.from(`{${ordinal}`),
});

jest.setTimeout(120_000);

const clock = new FixedClock(Date.UTC(2026, 10, 22));
let directory: string;
let opened: OpenArchive[];
let source: OpenArchive;
let target: OpenArchive;

/** Two archives of the embedded engine stand for two engines: moving knows the contracts only. */
async function open(engine: string): Promise<OpenArchive> {
  const dataDir = join(directory, engine);
  const writer = SqliteIndexWriter.open(dataDir, FOLD_VERSION);
  await writer.prepare();
  const archive = { engine, writer, catalog: SqliteCatalog.open(dataDir), rejected: SqliteRejectedRecords.open(dataDir) };
  opened.push(archive);
  return archive;
}

async function store(archive: OpenArchive, messages: readonly Message[]): Promise<void> {
  const known = await archive.writer.read(messages.map(({ id }) => id));
  const items = messages.map((message, index) => ({ prepared: prepare(message), expected: known[index]?.version ?? null }));
  expect((await archive.writer.put(items)).every(({ outcome }) => outcome === 'written')).toBe(true);
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-move-'));
  opened = [];
  source = await open('here');
  target = await open('there');
  await store(source, MESSAGES);
  await new ImportRunLog(source.catalog).create(run);
  await source.rejected.add(Array.from({ length: 150 }, (_, index) => rejectedRecord(index + 1)));
  const audit = new AuditLog(source.catalog, clock);
  for (let count = 0; count < 45; count += 1) await audit.append({ kind: 'message_opened', viewer: 'tester', messageId: String(count) });
});
afterEach(async () => {
  for (const { writer, catalog, rejected } of opened) await Promise.all([writer.close(), catalog.close(), rejected.close()]);
  rmSync(directory, { recursive: true });
});

function move(options: Partial<MoveOptions> = {}): Promise<MoveReport> {
  return moveArchive({
    ...{ source, target, clock, viewer: 'tester', othersHaveEnded: false, signal: new AbortController().signal, onProgress: () => {} },
    prepare: async (batch) => batch.map(({ message, raws }) => prepare(message, raws)),
    ...options,
  });
}

async function erase(engine: string, messages: readonly Message[]): Promise<void> {
  const eraser = SqliteIndexEraser.open(join(directory, engine), FOLD_VERSION);
  const writer = SqliteIndexWriter.open(join(directory, engine), FOLD_VERSION);
  const items = (await writer.read(messages.map(({ id }) => id))).map((found) => ({ id: found!.message.id, version: found!.version }));
  await writer.close();
  expect(await eraser.erase(items, 'batch')).toMatchObject(messages.map(() => ({ outcome: 'erased' })));
  await eraser.close();
}

const back = (): Promise<MoveReport> => move({ source: target, target: source });
const roles = (): Promise<(string | undefined)[]> =>
  Promise.all([source, target].map(async ({ catalog }) => (await readArchiveState(catalog))?.value.role));

/** Stops at the first sight of this many messages. */
function stoppedAt(count: number): Pick<MoveOptions, 'signal' | 'onProgress'> {
  const controller = new AbortController();
  return { signal: controller.signal, onProgress: (_phase, done) => done >= count && controller.abort() };
}

describe('moveArchive', () => {
  it('moves everything, with the audit as one chain, and nobody writes the old archive', async () => {
    const report = await move();
    expect(report).toMatchObject({ written: MESSAGES.length, source: report.target });
    expect(report.target).toMatchObject({ messages: 4_500, rejectedRecords: 150, catalogRecords: { 'import-run': 1, 'audit-block': 46 } });
    expect(await verifyAudit(target.catalog)).toMatchObject({ blocks: 46, headHash: report.source.auditHead, problems: [] });
    expect(
      (await target.rejected.list(run.id, { reason: null, after: { file: 'a.jsonl', ordinal: 149 }, first: 2 })).map(({ bytes }) =>
        String(bytes),
      ),
    ).toEqual(['{150']);
    expect(await roles()).toEqual(['moved', 'current']);
    const next = { ...run, id: 'run-2' };
    await expect(new ImportRunLog(source.catalog).create(next)).rejects.toThrow(/HOLDFAST_ENGINE=there/);
    await new ImportRunLog(target.catalog).create(next);
    await expect(move()).rejects.toMatchObject({ code: 'MIGRATION_REFUSED' });
  });

  it('takes along that messages were destroyed, and refuses a target that holds them still', async () => {
    const destroyed = MESSAGES.slice(0, 3);
    await erase('here', destroyed.slice(0, 1));
    const { source: ours, target: theirs } = await move();
    expect([ours.stubs, theirs.stubs, theirs.messages]).toEqual([1, 1, MESSAGES.length - 1]);
    expect(await target.writer.readStubs([destroyed[0]!.id])).toMatchObject([{ disposals: ['batch'] }]);
    expect((await target.writer.put([{ prepared: prepare(destroyed[0]!), expected: null }]))[0]!.outcome).toBe('conflict');
    await erase('there', destroyed.slice(1));
    await expect(back()).rejects.toThrow(/was destroyed: it holds an older copy/);
    expect(await roles()).toEqual(['receiving', 'current']);
  });

  it('takes along the past of a message that was imported again', async () => {
    const [again] = MESSAGES;
    await erase('here', [again!]);
    const [stub] = await source.writer.readStubs([again!.id]);
    const { version: expected, disposals } = stub!;
    await source.writer.put([{ prepared: prepare(again!), expected, disposals }]);
    const { source: ours, target: theirs } = await move();
    expect([ours.stubs, ours.reintroduced, theirs.reintroduced]).toEqual([0, 1, 1]);
    expect((await target.writer.read([again!.id]))[0]).toMatchObject({ disposals: ['batch'] });
  });

  it('goes on where it was stopped, and the source is free meanwhile', async () => {
    await expect(move(stoppedAt(2_000))).rejects.toThrow('aborted');
    expect(await roles()).toEqual(['current', 'receiving']);
    await new ImportRunLog(source.catalog).create({ ...run, id: 'run-2' });
    await expect(new ImportRunLog(target.catalog).create(run)).rejects.toMatchObject({ code: 'ARCHIVE_MOVING' });
    // One message that is copied already grows; one is new.
    await store(source, [{ ...MESSAGES[0]!, text: 'edited' }, makeMessage('new')]);
    const report = await move();
    expect(report.written).toBeGreaterThan(500);
    expect(report.written).toBeLessThanOrEqual(2_502);
    expect(report.target).toMatchObject({ messages: 4_501, catalogRecords: { 'import-run': 2 }, digest: report.source.digest });
  });

  it('takes the hold register along, which changes no more where it was, and lets nothing be claimed meanwhile', async () => {
    const [ours, theirs] = [new RegisterStore(source.catalog), new RegisterStore(target.catalog)];
    const places = (registers: RegisterStore): Promise<unknown> => registers.change(() => ({ policyVersion: 7 }));
    await ours.change(({ epoch }) => ({ claims: [{ batchId: 'batch', claimedAtEpoch: epoch }] }));
    await expect(move()).rejects.toMatchObject({ code: 'DISPOSITION_UNDER_WAY' });
    await ours.change(() => ({ claims: [], policyVersion: 3 }));
    const meanwhile: unknown[] = [];
    await move({ onProgress: () => void places(ours).catch((error: unknown) => meanwhile.push(error)) });
    expect(meanwhile.length).toBeGreaterThan(2);
    expect(meanwhile).toEqual(meanwhile.map(() => expect.objectContaining({ code: 'ARCHIVE_MOVING' })));
    await expect(places(ours)).rejects.toMatchObject({ code: 'ARCHIVE_MOVING' });
    expect((await ours.read()).register).toMatchObject({ rebuilding: { by: 'engine migrate --from here --to there' } });
    expect((await theirs.read()).register).toMatchObject({ policyVersion: 3, rebuilding: null });
    await places(theirs);
    await back();
    expect((await ours.read()).register).toMatchObject({ policyVersion: 7, rebuilding: null });
    await expect(places(theirs)).rejects.toMatchObject({ code: 'ARCHIVE_MOVING' });
  });

  it('lets go of the register when it is stopped, but not when it is killed', async () => {
    const registers = new RegisterStore(source.catalog);
    await expect(move(stoppedAt(2_000))).rejects.toThrow('aborted');
    expect((await registers.read()).register.rebuilding).toBeNull();
    const killed = await Rebuilding.enter(registers, 'engine migrate --from here --to there', clock);
    await expect(registers.change(() => ({ policyVersion: 7 }))).rejects.toThrow(/engine migrate --from here --to there/);
    await move();
    await expect(killed.prove()).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
  });

  it('goes back into the old archive, which takes only what has changed', async () => {
    const { target: there } = await move();
    await store(target, [{ ...MESSAGES[7]!, text: 'edited' }, makeMessage('new')]);
    const report = await back();
    expect(report).toMatchObject({ written: 2, source: report.target });
    expect(report.target.digest).not.toBe(there.digest);
    expect(await roles()).toEqual(['current', 'moved']);
    expect(await verifyAudit(source.catalog)).toMatchObject({ blocks: 47, problems: [] });
  });

  it('does not go back over an audit that went its own way', async () => {
    await move();
    await new AuditLog(source.catalog, clock).append({ kind: 'message_opened', viewer: 'tester', messageId: 'later' });
    await expect(back()).rejects.toThrow(/audit in here went its own way/);
    expect(await roles()).toEqual(['moved', 'current']);
  });

  it.each([
    ['messages', () => store(target, [makeMessage('foreign')])],
    ['an audit', () => new AuditLog(target.catalog, clock).append({ kind: 'message_opened', viewer: 'tester', messageId: 'x' })],
    ['an archive that was moved there', async () => void (await move({ source: await open('elsewhere') }))],
  ])('refuses a target that holds %s of its own', async (_what, fill) => {
    await fill();
    await expect(move()).rejects.toThrow(/there holds (messages of )?another archive/);
    expect((await roles())[0]).toBeUndefined();
  });

  it('waits for no import and is not fooled by one that begins', async () => {
    await new ImportRunLog(source.catalog).create({ ...run, id: 'run-2', state: 'running' });
    await expect(move()).rejects.toThrow(/run-2 is at work/);
    expect(await roles()).toEqual(['current', 'receiving']);
    await new ImportRunLog(source.catalog).save({ ...run, id: 'run-2', state: 'running', process: { host: 'other', pid: 1, token: '' } });
    await expect(move()).rejects.toThrow(/run-2 is at work \(process 1 on other\)/);
    await move({ othersHaveEnded: true });
    expect(await roles()).toEqual(['moved', 'current']);
  });

  it('finds out when the copy is not the same, and switches nothing', async () => {
    await expect(move(stoppedAt(4_500))).rejects.toThrow('aborted');
    await store(target, [makeMessage('smuggled in')]);
    await expect(move()).rejects.toThrow(/not the same: archive digest/);
    expect(await roles()).toEqual(['current', 'receiving']);
  });
});
