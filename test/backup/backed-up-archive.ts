import { expect } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../../src/access/people.js';
import { AuditLog } from '../../src/audit/audit-log.js';
import { makeBackup, type BackupOptions, type BackupReport } from '../../src/backup/make-backup.js';
import { restoreBackup, type RestoreOptions, type RestoreReport } from '../../src/backup/restore-backup.js';
import type { CatalogStore } from '../../src/catalog/catalog-store.js';
import { loadEnvironment, type Environment } from '../../src/config/env.js';
import type { Message } from '../../src/domain/message.js';
import { openDisposition, type OpenDisposition } from '../../src/disposition/open-disposition.js';
import type { EngineBackup } from '../../src/engine/engine-backup.js';
import { engineSettings } from '../../src/engine/engine-settings.js';
import { openEngineBackup } from '../../src/engine/open-engine-backup.js';
import { openCatalog } from '../../src/engine/open-engine.js';
import { acknowledgeRegister } from '../../src/holds/acknowledge-register.js';
import { HoldService } from '../../src/holds/hold.service.js';
import { ImportRunLog } from '../../src/ingest/import-run-log.js';
import { EVERYTHING, type FilterNode } from '../../src/query/ast.js';
import { CaptureReader } from '../../src/retention/capture-reader.js';
import { PolicyStore } from '../../src/retention/policy-store.js';
import type { EngineUnderTest, OpenEngine } from '../contract/engines.js';
import { FixedClock } from '../support/fixed-clock.js';
import { prepare } from '../support/prepare.js';

/** The snapshot repository of these tests. */
export const REPOSITORY = 'holdfast-test';

/** An archive with everything that destroys, in a data directory of its own. */
export class BackedUpArchive {
  readonly directory = mkdtempSync(join(tmpdir(), 'holdfast-backup-'));
  readonly dataDir: string;
  readonly clock: FixedClock;
  private readonly closers: (() => Promise<void>)[] = [];
  private faces: OpenEngine | null = null;
  private opened: OpenDisposition | null = null;
  private auditLog: AuditLog | null = null;

  constructor(
    private readonly kind: EngineUnderTest,
    /** UTC milliseconds. */
    now: number,
  ) {
    this.dataDir = join(this.directory, 'data');
    this.clock = new FixedClock(now);
  }

  get environment(): Environment {
    return loadEnvironment({ ...this.kind.variables(this.dataDir), HOLDFAST_DATA_DIR: this.dataDir });
  }

  async open(): Promise<void> {
    mkdirSync(this.dataDir, { recursive: true });
    this.faces = await this.kind.open(this.dataDir);
    await this.faces.writer.prepare();
    this.auditLog = new AuditLog(this.faces.catalog, this.clock);
    const { catalog, engine } = this.faces;
    this.opened = await openDisposition({ environment: this.environment, catalog, engine, audit: this.auditLog, clock: this.clock });
  }

  async close(): Promise<void> {
    await this.opened?.close();
    await this.faces?.close();
    [this.opened, this.faces] = [null, null];
  }

  /** Closes it and removes all of it. */
  async remove(): Promise<void> {
    await this.close();
    for (const close of this.closers.splice(0)) await close();
    await this.kind.remove(this.dataDir);
    rmSync(this.directory, { recursive: true, force: true });
  }

  get engine(): OpenEngine {
    return this.faces!;
  }

  get catalog(): CatalogStore {
    return this.faces!.catalog;
  }

  get audit(): AuditLog {
    return this.auditLog!;
  }

  get disposition(): OpenDisposition {
    return this.opened!;
  }

  async store(messages: readonly Message[]): Promise<void> {
    const results = await this.engine.writer.put(messages.map((message) => ({ prepared: prepare(message), expected: null })));
    if (results.some(({ outcome }) => outcome !== 'written')) throw new Error('a message of the test was there before');
    await this.engine.writer.refresh();
  }

  /** Bytes of an attachment that no message of the test names. */
  addBlob(name: string, bytes: string): void {
    const folder = join(this.dataDir, 'blobs', name.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.1`), bytes);
  }

  /** A rule that lets everything go a day after it was sent. */
  async letGo(): Promise<void> {
    const captures = new CaptureReader(new ImportRunLog(this.catalog));
    await new PolicyStore({ ...this.disposition.tools, captures }).change('administrator', {
      kind: 'set',
      policy: {
        ...{ id: 'short', name: 'short', filter: EVERYTHING, action: 'delete', period: 'P1D', until: null },
        ...{ trigger: { kind: 'sent', isTrusted: true }, timeZone: 'UTC', mode: 'operational', scope: 'global' },
      },
    });
  }

  async place(holdId: string, scope: FilterNode): Promise<void> {
    const matters = { requireOpen: async () => {}, reopen: async () => {} };
    const holds = new HoldService({ ...this.disposition.tools, matters, releaseDays: 30 });
    expect(await holds.place('administrator', { matterId: 'matter', scope, reason: 'test' }, holdId)).toMatchObject({ state: 'active' });
  }

  acknowledge(actor: Actor): Promise<unknown> {
    return acknowledgeRegister({ catalog: this.catalog, audit: this.audit, settings: this.environment }, actor);
  }

  /** Destroys what a filter finds, by two people; returns how many messages that were. */
  async destroy(filter: FilterNode): Promise<number> {
    const { service } = this.disposition;
    const { proposalId, setHash } = await service.propose('administrator', filter);
    await service.approve('approver', proposalId, setHash);
    let destroyed = 0;
    for await (const { certificate } of service.run('administrator', proposalId)) destroyed += certificate.destroyed.length;
    return destroyed;
  }

  async backUp(name: string, further: Partial<BackupOptions> = {}): Promise<BackupReport> {
    const { catalog, clock, audit, dataDir } = this;
    return makeBackup({
      engine: this.kind.name,
      stores: await this.openStores(),
      ...{ catalog, clock, audit, dataDir },
      directory: join(this.directory, name),
      actor: 'administrator',
      keepUntil: clock.now() + 1,
      digest: null,
      signal: new AbortController().signal,
      onProgress: () => {},
      ...further,
    });
  }

  /** Makes this archive, which must not be open, of another one's backup. */
  async restore(backup: string, further: Partial<RestoreOptions> = {}): Promise<RestoreReport> {
    const settings = engineSettings(this.environment);
    return restoreBackup({
      engine: this.kind.name,
      stores: await this.openStores(),
      openCatalog: (place) => openCatalog({ ...settings, dataDir: place }),
      clock: this.clock,
      dataDir: this.dataDir,
      directory: backup,
      actor: 'administrator',
      onProgress: () => {},
      ...further,
    });
  }

  async openStores(): Promise<EngineBackup> {
    const stores = await openEngineBackup(engineSettings(this.environment), REPOSITORY);
    this.closers.push(() => stores.close());
    return stores;
  }
}

/** Registers the repository; false where a server that was given has no place for one. */
export async function registerRepository(url: string): Promise<boolean> {
  const body = JSON.stringify({ type: 'fs', settings: { location: REPOSITORY } });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${url}/_snapshot/${REPOSITORY}`, { method: 'PUT', headers, body })).ok;
}
