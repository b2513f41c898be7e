import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainOf, checkpointOf } from '../../test/support/audit-chain.js';
import { FixedClock } from '../../test/support/fixed-clock.js';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { blockId } from '../audit/audit-block.js';
import { AuditLog } from '../audit/audit-log.js';
import { CheckpointFile } from '../audit/checkpoint-file.js';
import { SigningKey } from '../audit/signing-key.js';
import { acknowledgeRegister } from './acknowledge-register.js';
import { RegisterStore } from './register-store.js';
import { suspendWhenRolledBack, type RollBackTools } from './suspend-rolled-back.js';

describe('suspendWhenRolledBack', () => {
  const blocks = chainOf([3, 1, 2, 5]);
  const key = SigningKey.generate(null);
  let directory: string;
  let file: CheckpointFile;
  let catalog: MemoryCatalogStore;
  let registers: RegisterStore;
  let tools: RollBackTools;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-rolled-back-'));
    const [path, dataDir] = [join(directory, 'checkpoints'), join(directory, 'data')];
    file = new CheckpointFile(path, dataDir);
    file.append([checkpointOf(blocks, key)]);
    catalog = new MemoryCatalogStore();
    registers = new RegisterStore(catalog);
    const clock = new FixedClock(Date.UTC(2027, 0, 1));
    const settings = { HOLDFAST_DATA_DIR: dataDir, HOLDFAST_AUDIT_CHECKPOINT_FILE: path, HOLDFAST_AUDIT_SIGNING_KEY_FILE: '' };
    tools = { catalog, clock, settings, audit: new AuditLog(catalog, clock) };
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const store = (count: number): void => catalog.replaceAll('audit-block', blocks.slice(0, count).map((block) => [blockId(block.sequence), block]));
  const suspended = async (): Promise<unknown> => (await registers.read()).register.suspended;

  it('changes nothing while the audit goes on', async () => {
    store(blocks.length);
    await suspendWhenRolledBack(tools);
    expect(await suspended()).toBeNull();
  });

  it('suspends disposition when an older state was put back, until that was said and a person has acknowledged it', async () => {
    store(2);
    await expect(suspendWhenRolledBack(tools)).rejects.toMatchObject({ code: 'AUDIT_ROLLED_BACK' });
    expect(await suspended()).toMatchObject({ reason: 'audit_rolled_back' });
    await expect(acknowledgeRegister(tools, 'administrator')).rejects.toThrow(/audit checkpoint --after-restore/);
    // What `holdfast audit checkpoint --after-restore` appends.
    file.append([checkpointOf(blocks.slice(0, 2), key)]);
    await expect(acknowledgeRegister(tools, 'approver')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await acknowledgeRegister(tools, 'administrator');
    expect(await suspended()).toBeNull();
    await suspendWhenRolledBack(tools);
    const events = (await catalog.list<(typeof blocks)[number]>('audit-block', { first: 10 })).flatMap(({ value }) => value.events);
    expect(events.slice(-2)).toMatchObject([{ kind: 'register_suspended' }, { kind: 'register_acknowledged', viewer: 'administrator' }]);
  });
});
