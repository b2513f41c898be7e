import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chained, chainOf, checkpointOf } from '../../test/support/audit-chain.js';
import { FixedClock } from '../../test/support/fixed-clock.js';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { blockId, type AuditBlock } from './audit-block.js';
import { CheckpointFile, readCheckpointFile } from './checkpoint-file.js';
import { makeCheckpoint } from './make-checkpoint.js';
import { refuseRolledBackAudit } from './refuse-rolled-back-audit.js';
import { SigningKey } from './signing-key.js';

describe('refuseRolledBackAudit', () => {
  const blocks = chainOf([3, 1, 2, 5]);
  const key = SigningKey.generate(null);
  const catalog = new MemoryCatalogStore();
  const store = (others: readonly AuditBlock[]): void =>
    catalog.replaceAll(
      'audit-block',
      others.map((block) => [blockId(block.sequence), block]),
    );
  let directory: string;
  let path: string;
  let dataDir: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-anchor-'));
    [path, dataDir] = [join(directory, 'checkpoints'), join(directory, 'data')];
    store(blocks);
    const checkpoint = await makeCheckpoint(catalog, new FixedClock(0), key);
    new CheckpointFile(path, dataDir).append([checkpointOf(blocks.slice(0, 2), key), checkpoint]);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const refuse = (keyFile = '') =>
    refuseRolledBackAudit(catalog, {
      HOLDFAST_DATA_DIR: dataDir,
      HOLDFAST_AUDIT_CHECKPOINT_FILE: path,
      HOLDFAST_AUDIT_SIGNING_KEY_FILE: keyFile,
    });

  it('lets an audit pass that goes on from the last exported checkpoint', async () => {
    expect(await refuse()).toMatchObject({ treeSize: 11 });
    store(chained([...blocks, ...chainOf([4])], 4));
    expect(await refuse()).toMatchObject({ treeSize: 11 });
  });

  it.each<[string, AuditBlock[]]>([
    ['an older state', blocks.slice(0, 3)],
    ['an older state that went on', chained([...blocks.slice(0, 3), ...chainOf([9, 9])], 3)],
    ['an empty one', []],
    ['one that was written anew', chained(chainOf([3, 1, 2, 4, 1]))],
  ])('refuses %s', async (_what, others) => {
    store(others);
    await expect(refuse()).rejects.toMatchObject({ code: 'AUDIT_ROLLED_BACK', facts: { events: 11 } });
  });

  it('wants the file, whole and signed, once there was a checkpoint', async () => {
    const whole = readFileSync(path, 'utf8');
    const bad = {
      gone: null,
      empty: '',
      cut: whole.slice(0, -1),
      strange: `${whole}strange\n`,
      'long and strange': `${'x'.repeat(9_999)}\n`,
    };
    for (const text of Object.values(bad)) {
      rmSync(path);
      if (text !== null) writeFileSync(path, text);
      await expect(refuse()).rejects.toMatchObject({ code: 'AUDIT_CHECKPOINT_INVALID' });
      writeFileSync(path, whole);
    }
    const keyFile = join(directory, 'key.pem');
    key.save(keyFile, dataDir, false);
    expect(await refuse(keyFile)).toMatchObject({ treeSize: 11 });
    SigningKey.generate(null).save(keyFile, dataDir, true);
    await expect(refuse(keyFile)).rejects.toMatchObject({ code: 'AUDIT_CHECKPOINT_INVALID' });
    expect(readCheckpointFile(path).map((checkpoint) => checkpoint?.treeSize)).toEqual([4, 11]);
  });

  it('compares nothing where no file is set, or no checkpoint was made', async () => {
    path = '';
    expect(await refuse()).toBeNull();
    path = join(directory, 'another');
    catalog.replaceAll('checkpoint', []);
    expect(await refuse()).toBeNull();
    path = join(dataDir, 'checkpoints');
    await expect(refuse()).rejects.toMatchObject({ code: 'AUDIT_CHECKPOINT_INVALID' });
  });
});
