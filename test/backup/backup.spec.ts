import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAuditKey } from '../../src/audit/audit-key.js';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import { readBackups } from '../../src/backup/backup-record.js';
import { exportCertificates } from '../../src/backup/certificate-file.js';
import { openCertificateSource } from '../../src/backup/certificate-source.js';
import { replayCertificates, type ReplayReport } from '../../src/backup/replay-certificates.js';
import { hideUntilReplayed } from '../../src/engine/restored-search-engine.js';
import { openCatalog } from '../../src/engine/open-engine.js';
import { engineSettings } from '../../src/engine/engine-settings.js';
import { RegisterStore } from '../../src/holds/register-store.js';
import { archiveDigest } from '../../src/ingest/archive-digest.js';
import { ImportRunLog } from '../../src/ingest/import-run-log.js';
import type { ImportRun } from '../../src/ingest/import-run.js';
import { EMPTY_TALLY } from '../../src/ingest/tally.js';
import { thisProcess } from '../../src/ingest/this-process.js';
import type { FilterNode } from '../../src/query/ast.js';
import { request, SCOPE } from '../contract/archive-under-test.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { BackedUpArchive, registerRepository } from './backed-up-archive.js';

jest.setTimeout(180_000);

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);
const MESSAGES = Array.from({ length: 40 }, (_, index) => makeMessage(`m${index}`, { text: `第${index}条`, senderId: index < 10 ? 'li' : 'wang' }));
const [FIRST, SECOND, THIRD] = MESSAGES.map(({ id }) => id) as [string, string, string];
const idIs = (...ids: string[]): FilterNode => ({ kind: 'terms', field: 'id', values: ids });

const run = (id: string, changes: Partial<ImportRun>): ImportRun => ({
  ...{ id, state: 'finished', startedAt: NOW - 400 * DAY, finishedAt: NOW, name: 'a.jsonl', source: 'archive', identitySpace: null, format: null },
  ...{ files: [], unclaimed: [], assumptions: [], tally: EMPTY_TALLY, pace: { since: 1, recordsBefore: 0, savedAt: 2 }, process: thisProcess() },
  ...changes,
});

onEveryEngine('backup and restore on $name', (kind) => {
  let archive: BackedUpArchive;
  let restored: BackedUpArchive;
  beforeEach(async () => {
    archive = new BackedUpArchive(kind, NOW);
    restored = new BackedUpArchive(kind, NOW + 2_000);
    const { HOLDFAST_ELASTICSEARCH_URL: url } = kind.variables(archive.dataDir);
    if (url !== undefined && !(await registerRepository(url))) throw new Error('the server has no path.repo for snapshots');
    await archive.open();
    await new ImportRunLog(archive.catalog).create(run('run-1', {}));
    await archive.store(MESSAGES);
    await archive.letGo();
  });
  afterEach(async () => {
    await archive.remove();
    await restored.remove();
  });

  const backupOf = (name: string): string => join(archive.directory, name);
  const readable = async (): Promise<number | null> => {
    const engine = await hideUntilReplayed(restored.engine.engine, restored.catalog);
    return (await engine.search(SCOPE, request())).total;
  };
  const replay = async (...places: string[]): Promise<ReplayReport> => {
    const settings = engineSettings(restored.environment);
    const openOther = (dataDir: string): ReturnType<typeof openCatalog> => openCatalog({ ...settings, dataDir });
    const tools = { restored: restored.catalog, key: openAuditKey(restored.dataDir), openCatalog: openOther };
    const sources = await Promise.all(places.map((place) => openCertificateSource(place, tools)));
    try {
      return await replayCertificates(restored.disposition.tools, 'administrator', sources, () => {});
    } finally {
      for (const source of sources) await source.close();
    }
  };
  /** The certificates of the archive as it is, in a file. */
  const exported = async (): Promise<string> => {
    const file = join(archive.directory, 'certificates.jsonl');
    rmSync(file, { force: true });
    await exportCertificates(archive.catalog, openAuditKey(archive.dataDir), file);
    return file;
  };

  it('brings everything back, and destroys again what was destroyed since before anybody reads it, but for what a hold covers', async () => {
    const bytes = 'attachment';
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    archive.addBlob(sha256, bytes);
    expect(await archive.destroy(idIs(MESSAGES[30]!.id))).toBe(1);
    const digest = await archiveDigest(archive.engine.writer);
    archive.clock.set(NOW + 10);
    const { manifest, manifestSha256, damaged } = await archive.backUp('b', { digest: async () => digest });
    expect([manifest.digest, damaged]).toEqual([digest, []]);
    expect(await readBackups(archive.catalog)).toMatchObject([{ backupId: manifest.backupId, finishedAt: NOW + 10, deletedAt: null }]);
    const [before] = await archive.engine.writer.read([THIRD]);
    archive.clock.set(NOW + 1_000);
    expect(await archive.destroy(idIs(FIRST, SECOND))).toBe(2);

    await restored.restore(backupOf('b'));
    await restored.open();
    expect(await archiveDigest(restored.engine.writer)).toBe(digest);
    expect(await restored.engine.writer.readStubs([MESSAGES[30]!.id])).toMatchObject([{ disposals: [expect.any(String)] }]);
    expect(readFileSync(join(restored.dataDir, 'blobs', sha256.slice(0, 2), `${sha256}.1`), 'utf8')).toBe(bytes);
    expect(await verifyAudit(restored.catalog)).toMatchObject({ problems: [] });
    expect(await readBackups(restored.catalog)).toMatchObject([{ backupId: manifest.backupId, finishedAt: NOW + 10 }]);

    // No version of before stands: an erase that was on its way to the archive destroys nothing here.
    expect((await restored.engine.writer.read([THIRD]))[0]!.version).not.toBe(before!.version);
    expect(await restored.disposition.tools.eraser.erase([{ id: THIRD, version: before!.version }], 'late')).toEqual([{ outcome: 'conflict' }]);

    await expect(readable()).rejects.toMatchObject({ code: 'ARCHIVE_RESTORED', message: expect.stringContaining('--certificates-from') });
    await expect(new ImportRunLog(restored.catalog).create(run('run-2', {}))).rejects.toMatchObject({ code: 'ARCHIVE_RESTORED' });
    await expect(restored.acknowledge('administrator')).rejects.toMatchObject({ code: 'ARCHIVE_RESTORED' });
    await expect(restored.backUp('too early')).rejects.toMatchObject({ code: 'ARCHIVE_RESTORED' });
    await restored.place('hold-1', idIs(SECOND));

    expect(await replay(await exported())).toMatchObject({ named: 2, destroyed: 1, kept: 1 });
    expect(await restored.engine.writer.read([FIRST, SECOND])).toMatchObject([null, { message: { id: SECOND } }]);
    expect(await readable()).toBe(38);
    await expect(replay()).rejects.toMatchObject({ code: 'INPUT_INVALID' });

    await expect(restored.disposition.service.propose('administrator')).rejects.toMatchObject({ code: 'DISPOSITION_SUSPENDED' });
    await expect(restored.acknowledge('approver')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await restored.acknowledge('administrator');
    expect(await restored.destroy(idIs(SECOND, THIRD))).toBe(1);
    expect(await verifyAudit(restored.catalog)).toMatchObject({ problems: [] });
    expect(manifestSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes only certificates that the archive itself wrote', async () => {
    await archive.backUp('b');
    archive.clock.set(NOW + 1_000);
    await archive.destroy(idIs(FIRST));
    await restored.restore(backupOf('b'));
    await restored.open();
    const file = await exported();
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(FIRST, THIRD));
    await expect(replay(file)).rejects.toMatchObject({ code: 'INPUT_INVALID', facts: { line: 1 } });
    await expect(readable()).rejects.toMatchObject({ code: 'ARCHIVE_RESTORED' });
    expect(await replay(await exported())).toMatchObject({ destroyed: 1 });
    expect((await restored.engine.writer.read([FIRST, THIRD])).map((found) => found === null)).toEqual([true, false]);
  });

  it('sets an import back to what its messages are', async () => {
    const file = {
      ...{ name: 'a.jsonl', bytes: 10, sha256: null, format: 'holdfast-jsonl', why: '', state: 'reading' as const, problems: [] },
      ...{ committedOffset: 5, committedLine: 1, prefix: { bytes: 5, sha256: 'x' }, tally: EMPTY_TALLY },
    };
    const runs = new ImportRunLog(archive.catalog);
    await runs.create(run('run-2', { state: 'running', files: [file] }));
    const stores = await archive.openStores();
    // While the copying goes on, one import goes on and another one begins and ends.
    const copy = stores.copy.bind(stores);
    stores.copy = async (...parameters) => {
      await runs.save(run('run-2', { state: 'finished', files: [{ ...file, state: 'finished', committedOffset: 10, committedLine: 2 }] }));
      await runs.create(run('run-3', { files: [{ ...file, state: 'finished', committedOffset: 10 }] }));
      return copy(...parameters);
    };
    await archive.backUp('b', { stores });
    await restored.restore(backupOf('b'));
    await restored.open();
    const restoredRuns = new ImportRunLog(restored.catalog);
    expect(await restoredRuns.find('run-2')).toMatchObject({ state: 'interrupted', files: [{ committedOffset: 5, state: 'reading' }] });
    expect(await restoredRuns.find('run-3')).toMatchObject({ state: 'interrupted', files: [{ committedOffset: 0, prefix: null, state: 'waiting' }] });
    expect(await restoredRuns.find('run-1')).toMatchObject({ state: 'finished' });
  });

  it('is begun anew after a kill, and leaves nothing half made when it is stopped', async () => {
    const stores = await archive.openStores();
    stores.copy = () => Promise.reject(new Error('killed'));
    await expect(archive.backUp('b', { stores })).rejects.toThrow('killed');
    expect(existsSync(backupOf('b'))).toBe(false);
    expect(readdirSync(archive.directory)).toEqual(['data']);
    const partial = join(archive.directory, '.b.partial');
    mkdirSync(partial);
    const owner = { backupId: 'killed', process: { ...thisProcess(), token: 'another process with our number' } };
    writeFileSync(join(partial, 'being-made.json'), JSON.stringify(owner));
    writeFileSync(join(partial, 'archive.sqlite'), 'half');
    await archive.backUp('b');
    expect((await readBackups(archive.catalog)).map(({ deletedAt }) => deletedAt)).toEqual(expect.arrayContaining([NOW, null]));

    mkdirSync(join(archive.directory, '.c.partial'));
    writeFileSync(join(archive.directory, '.c.partial', 'being-made.json'), JSON.stringify({ backupId: 'living', process: thisProcess() }));
    await expect(archive.backUp('c')).rejects.toMatchObject({ code: 'BACKUP_REFUSED', facts: { pid: process.pid } });
    await expect(archive.backUp('b')).rejects.toMatchObject({ code: 'BACKUP_REFUSED' });
  });

  it('refuses a backup that was changed, and a place where an archive stands', async () => {
    await archive.backUp('b');
    await expect(archive.restore(backupOf('b'))).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
    expect((await archive.engine.engine.search(SCOPE, request())).total).toBe(MESSAGES.length);
    await expect(restored.restore(backupOf('b'), { engine: 'other' })).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
    await expect(restored.restore(backupOf('none'))).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    appendFileSync(join(backupOf('b'), 'audit.key'), 'x');
    await expect(restored.restore(backupOf('b'))).rejects.toMatchObject({ code: 'BACKUP_INVALID', facts: { path: 'audit.key' } });
    appendFileSync(join(backupOf('b'), 'files.jsonl'), '\n');
    await expect(restored.restore(backupOf('b'))).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    expect(existsSync(restored.dataDir)).toBe(false);
  });

  it('goes on with a restore that was killed, wherever that was', async () => {
    await archive.backUp('b');
    const stores = await restored.openStores();
    await expect(
      restored.restore(backupOf('b'), { stores, openCatalog: () => Promise.reject(new Error('killed')) }),
    ).rejects.toThrow('killed');
    const publish = stores.publish.bind(stores);
    stores.publish = () => Promise.reject(new Error('killed'));
    await expect(restored.restore(backupOf('b'), { stores })).rejects.toThrow('killed');
    stores.publish = publish;
    await restored.restore(backupOf('b'), { stores });
    await restored.open();
    expect(await replay()).toMatchObject({ destroyed: 0 });
    expect(await readable()).toBe(MESSAGES.length);
    expect((await new RegisterStore(restored.catalog).read()).register.suspended).toMatchObject({ reason: 'restored' });
    expect(readdirSync(restored.dataDir)).not.toContain('restoring');
  });
});
