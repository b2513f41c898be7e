import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupReport } from '../../src/backup/make-backup.js';
import { SQLITE } from '../contract/engines.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { REPOSITORY } from '../support/run-tool.js';

const LIMIT = 600_000;
const MAIL = join(REPOSITORY, 'seed', 'mail-of-compliance.jsonl');
const AS = ['--as', 'administrator'];

interface Shown {
  readonly id: string;
  readonly setHash: string;
  readonly itemCount: number;
}

describe('holdfast backup and restore', () => {
  let command: HoldfastCommand;
  beforeEach(() => {
    command = new HoldfastCommand(SQLITE);
  });
  afterEach(() => command.remove());

  const done = async (words: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { code, out, err } = await command.run(words, undefined, variables);
    if (code !== 0 && code !== 1) throw new Error(`holdfast ${words.join(' ')} ended with ${code}: ${err}`);
    return out;
  };
  const refused = async (words: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<string> =>
    (await command.run(words, undefined, variables)).err;

  it(
    'brings the archive back from its directory, with the holds of the archive as it was',
    async () => {
      await done(['import', MAIL, '--source', 'mail', '--identity-space', 'henglan']);
      const policy = ['--name', 'short', '--all', '--action', 'delete', '--period', 'P1D', '--trigger', 'sent', '--trust-sent-time'];
      await done(['retention', 'set', ...policy, ...AS]);
      const backup = join(command.directory, 'backup');
      const { manifest } = JSON.parse(await done(['backup', backup, ...AS, '--digest', '--json'])) as BackupReport;
      expect(manifest.digest).toMatch(/^[0-9a-f]{64}$/);
      const matter = (JSON.parse(await done(['matter', 'open', '--name', 'case', '--purpose', 'case', ...AS, '--json'])) as Shown).id;
      await done(['hold', 'place', '--matter', matter, '--reason', 'case', '--to', '2026-08-01T00:00:00+08:00', ...AS]);
      const { id, setHash, itemCount } = JSON.parse(await done(['disposition', 'propose', ...AS, '--json'])) as Shown;
      await done(['disposition', 'approve', id, '--set-hash', setHash, '--as', 'approver']);
      await done(['disposition', 'run', id, ...AS]);
      expect(itemCount).toBeGreaterThan(0);

      const restored = { HOLDFAST_DATA_DIR: join(command.directory, 'restored') };
      expect(await refused(['restore', backup, ...AS])).toContain('RESTORE_REFUSED');
      await done(['restore', backup, ...AS], restored);
      expect(await refused(['search'], restored)).toContain('ARCHIVE_RESTORED');
      const replayed = JSON.parse(await done(['restore', '--certificates-from', command.dataDir, ...AS, '--json'], restored)) as object;
      expect(replayed).toMatchObject({ destroyed: itemCount, kept: 0, carriedOver: { holdEntries: 1 } });
      expect(await refused(['disposition', 'propose', ...AS], restored)).toContain('DISPOSITION_SUSPENDED');
      await done(['restore', '--acknowledge', ...AS], restored);
      // The held ones are left, and nothing else.
      expect(JSON.parse(await done(['disposition', 'propose', ...AS, '--json'], restored))).toMatchObject({
        itemCount: 0,
        kept: [{ reason: 'held', count: expect.any(Number) }],
      });

      expect(await refused(['backups', '--deleted', manifest.backupId, ...AS])).toContain('still there');
      rmSync(backup, { recursive: true });
      expect(await done(['backups', '--deleted', manifest.backupId, ...AS])).toContain('is gone');
    },
    LIMIT,
  );
});
