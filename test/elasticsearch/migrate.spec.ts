import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onElasticsearch } from '../contract/engines.js';
import { HoldfastCommand, type Ended } from '../support/holdfast-command.js';
import { REPOSITORY } from '../support/run-tool.js';

const SEED = join(REPOSITORY, 'seed');
const LIMIT = 300_000;
const MESSAGES = 12_000;
const THERE = ['engine', 'migrate', '--from', 'sqlite', '--to', 'elasticsearch'];
const BACK = ['engine', 'migrate', '--from', 'elasticsearch', '--to', 'sqlite'];

type Engine = 'sqlite' | 'elasticsearch';

onElasticsearch('holdfast engine migrate, to $name and back', (kind) => {
  let command: HoldfastCommand;
  beforeEach(() => {
    command = new HoldfastCommand(kind);
  });
  afterEach(() => command.remove());

  const run = (engine: Engine, commandArguments: readonly string[], whileRunning?: (child: ChildProcess) => void): Promise<Ended> =>
    command.run(commandArguments, whileRunning, { HOLDFAST_ENGINE: engine });
  const done = async (engine: Engine, commandArguments: readonly string[]): Promise<string> => {
    const { code, out, err } = await run(engine, commandArguments);
    if (code !== 0 && code !== 1) throw new Error(`holdfast ${commandArguments.join(' ')} ended with ${code}: ${err}`);
    return out;
  };
  const verified = async (engine: Engine): Promise<{ digest: string; index: object; audit: { headHash: string; problems: object[] } }> =>
    JSON.parse(await done(engine, ['verify', '--json'])) as never;
  const hits = async (engine: Engine, text: string): Promise<number> =>
    (JSON.parse(await done(engine, ['search', text, '--json'])) as { totalCount: number }).totalCount;
  const importSeed = (engine: Engine, file: string): Promise<string> =>
    done(engine, ['import', join(SEED, file), '--source', 'seed', '--identity-space', 'henglan']);

  /** Messages that the cluster was given, whether they can be found yet or not. */
  const given = async (): Promise<number> => {
    const { HOLDFAST_ELASTICSEARCH_URL: url, HOLDFAST_ELASTICSEARCH_PREFIX: prefix } = command.variables;
    const answer = await fetch(`${url}/${prefix}-messages-*/_stats/indexing`);
    const { _all: all } = (await answer.json()) as { _all?: { primaries: { indexing?: { index_total: number } } } };
    return all?.primaries.indexing?.index_total ?? 0;
  };
  /** Ends a move by a signal as soon as a thousand messages more are there. */
  const interrupted = async (signal: NodeJS.Signals): Promise<Ended> => {
    const before = await given();
    return run('sqlite', THERE, (child) => {
      void (async () => {
        while (child.exitCode === null && (await given()) < before + 1_000) await sleep(20);
        child.kill(signal);
      })();
    });
  };

  it(
    'gives equal digests, one audit, and one place to write',
    async () => {
      const broken = join(command.directory, 'broken.jsonl');
      writeFileSync(broken, `${'{"no json\n'.repeat(250)}`);
      await importSeed('sqlite', 'wecom/chatdata-it.jsonl.gz');
      await run('sqlite', ['import', broken, '--format', 'holdfast-jsonl']);
      const before = await verified('sqlite');
      const found = await hits('sqlite', '茶葉');
      expect(found).toBeGreaterThan(0);

      const moved = await done('sqlite', THERE);
      expect(moved).toContain(`archive digest in sqlite: ${before.digest}\narchive digest in elasticsearch: ${before.digest}`);
      expect(moved).toContain('250 rejected records');
      expect(moved).toContain('HOLDFAST_ENGINE=elasticsearch');
      expect(await verified('elasticsearch')).toMatchObject({ digest: before.digest, index: { problems: [] }, audit: { problems: [] } });
      expect(await run('sqlite', ['import', broken])).toMatchObject({ code: 2, err: expect.stringContaining('ARCHIVE_MOVED') });
      expect(await run('sqlite', THERE)).toMatchObject({ code: 2, err: expect.stringContaining('MIGRATION_REFUSED') });
      expect((await done('elasticsearch', ['runs', '--json'])).match(/"id"/g)).toHaveLength(2);
      expect(await hits('elasticsearch', '茶葉')).toBe(found);

      await importSeed('elasticsearch', 'wecom/chatdata-vendor.jsonl.gz');
      const grown = await verified('elasticsearch');
      expect(grown.digest).not.toBe(before.digest);
      expect(await done('elasticsearch', BACK)).toContain(`archive digest in sqlite: ${grown.digest}`);
      expect(await verified('sqlite')).toMatchObject({ digest: grown.digest, index: { problems: [] }, audit: { problems: [] } });
      await importSeed('sqlite', 'mail-of-compliance.jsonl');
      expect((await run('elasticsearch', ['import', broken])).err).toContain('HOLDFAST_ENGINE=sqlite');
      // It may still be searched, which its audit shows; so nothing can come back over it.
      expect(await hits('elasticsearch', '茶葉')).toBeGreaterThanOrEqual(found);
      expect((await run('sqlite', THERE)).err).toContain('went its own way');
    },
    LIMIT,
  );

  it(
    'goes on after Ctrl-C and after kill -9, and the unfinished copy is neither searched nor written',
    async () => {
      const archive = join(command.directory, 'archive.jsonl');
      const line = (index: number): string =>
        JSON.stringify({
          id: String(index),
          sentAt: '2026-01-05T09:00:00+08:00',
          conversationId: 'c',
          senderId: 's',
          text: `第${index}条消息`,
        });
      writeFileSync(archive, Array.from({ length: MESSAGES }, (_, index) => line(index)).join('\n'));
      await done('sqlite', ['import', archive, '--format', 'holdfast-jsonl']);
      const { digest } = await verified('sqlite');

      expect(await interrupted('SIGINT')).toMatchObject({ code: 130, err: expect.stringContaining('the same command goes on') });
      for (const commandArguments of [
        ['search', '消息'],
        ['import', archive],
      ])
        expect(await run('elasticsearch', commandArguments)).toMatchObject({ code: 2, err: expect.stringContaining('ARCHIVE_MOVING') });
      expect((await interrupted('SIGKILL')).code).toBeNull();
      // Nobody moves it any more, so the archive is written as ever.
      await done('sqlite', ['import', archive, '--format', 'holdfast-jsonl']);
      const report = JSON.parse(await done('sqlite', [...THERE, '--json'])) as {
        written: number;
        target: { digest: string; messages: number };
      };
      expect(report.target).toMatchObject({ digest, messages: MESSAGES });
      expect(report.written).toBeLessThanOrEqual(MESSAGES - 2_000);
      expect(await hits('elasticsearch', '消息')).toBe(MESSAGES);
    },
    LIMIT,
  );

  it(
    'refuses a cluster that holds another archive',
    async () => {
      await importSeed('elasticsearch', 'mail-of-compliance.jsonl');
      await importSeed('sqlite', 'mail-of-compliance.jsonl');
      expect(await run('sqlite', THERE)).toMatchObject({ code: 2, err: expect.stringContaining('holds another archive') });
      // Both may be written as before.
      for (const engine of ['sqlite', 'elasticsearch'] as const) await importSeed(engine, 'mail-of-compliance.jsonl');
    },
    LIMIT,
  );
});
