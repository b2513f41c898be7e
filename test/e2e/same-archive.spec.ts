import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuditLog } from '../../src/audit/audit-log.js';
import { BlobReferences } from '../../src/blobs/blob-references.js';
import { BlobStore } from '../../src/blobs/blob-store.js';
import { RegisterStore } from '../../src/holds/register-store.js';
import { archiveDigest } from '../../src/ingest/archive-digest.js';
import { BatchEnricher } from '../../src/ingest/enrich-batch.js';
import { ImportRunLog } from '../../src/ingest/import-run-log.js';
import { IngestService, type ImportOptions } from '../../src/ingest/ingest.service.js';
import { onEveryEngine } from '../contract/engines.js';
import { FixedClock } from '../support/fixed-clock.js';
import { HoldfastCommand, type Ended } from '../support/holdfast-command.js';
import { aimAt, COUNT, phaseAt, PHASES, writeFilesToInterrupt, type Phase } from '../support/import-phases.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemoryRejectedRecords } from '../support/memory-rejected-records.js';
import { PhaseCounter } from '../support/phase-counter.js';
import { Random } from '../support/random.js';
import { scaled } from '../support/scale.js';
import { signalWhenCommitted } from '../support/signal-when-committed.js';

const MINUTES = 1_200_000;
const TEXTS = ['付款', '收款', '付款了', '別告訴別人', 'ok', '請尽快付款 138'];

interface ChatRecord {
  readonly id: string;
  readonly text: string;
  readonly [more: string]: unknown;
}

/** What `search --all` writes of a message, as far as it matters here. */
interface Hit {
  readonly nativeId: string;
  readonly text: string;
  readonly versions: readonly { readonly text: string }[];
}

interface Counts {
  readonly [outcome: string]: number;
}

/** What `runs --json` tells of an import. */
interface ShownRun {
  readonly name: string;
  readonly files: readonly { readonly lines: object }[];
}

const NOTHING: Counts = { new: 0, duplicate: 0, merged: 0, conflict: 0, disposed: 0, reintroduced: 0, rejected: 0 };

const OPTIONS: Omit<ImportOptions, 'path'> = {
  source: null,
  identitySpace: null,
  format: null,
  mediaDirectory: null,
  excludedDirectory: null,
  viewer: 'tester',
  signal: new AbortController().signal,
  onProgress: () => {},
};

/** A chat whose messages come several times: the same, with other texts, recalled, with other recipients. */
function overlapping(random: Random, count: number): ChatRecord[] {
  return Array.from({ length: count }, () => {
    const id = random.below(Math.ceil(count / 2));
    return {
      id: `m${id}`,
      conversationId: `c${id % 7}`,
      senderId: 'li',
      sentAt: Date.UTC(2026, 2, 2) + id * 1000,
      text: `${random.pick(TEXTS)} ${id}`,
      ...(random.chance(0.1) && { recalledAt: Date.UTC(2026, 2, 3) }),
      ...(random.chance(0.2) && { recipientIds: [random.pick(['wang', 'zhang'])] }),
    };
  });
}

/** The texts each message must end with, the current one first: of several without a time the longest, then the greatest. */
function model(records: readonly ChatRecord[]): Record<string, string[]> {
  const texts: Record<string, Set<string>> = {};
  for (const { id, text } of records) (texts[id] ??= new Set()).add(text);
  return Object.fromEntries(
    Object.entries(texts).map(([id, all]) => {
      const [current, ...others] = [...all].sort((one, other) => other.length - one.length || (one < other ? 1 : -1));
      return [id, [current!, ...others.sort()]];
    }),
  );
}

async function textsOf(holdfast: HoldfastCommand): Promise<Record<string, string[]>> {
  const { out } = await holdfast.run(['search', '--all']);
  const hits = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Hit);
  return Object.fromEntries(
    hits.map(({ nativeId, text, versions }) => [nativeId, [text, ...versions.map((version) => version.text).sort()]]),
  );
}

/** Also checks that the archive verifies. */
async function digestOf(holdfast: HoldfastCommand): Promise<string> {
  const { code, out } = await holdfast.run(['verify']);
  expect([code, out]).toEqual([0, expect.stringContaining('rows, index and folded text agree')]);
  return /archive digest: ([0-9a-f]{64})/.exec(out)![1]!;
}

function countsOf({ out }: Ended): Counts {
  return (JSON.parse(out) as { runs: [{ tally: { counts: Counts } }] }).runs[0].tally.counts;
}

onEveryEngine('any order of the same records on $name', (kind) => {
  const random = new Random(4);
  const records = overlapping(random, scaled(60_000));
  const expected = model(records);
  let directory: string;
  let digest: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-same-'));
    digest = await importParts('whole', [records]);
  }, MINUTES);
  afterAll(() => rmSync(directory, { recursive: true }));

  function write(name: string, some: readonly ChatRecord[]): string {
    const file = join(directory, name);
    writeFileSync(file, some.map((record) => `${JSON.stringify(record)}\n`).join(''));
    return file;
  }

  /** Imports files one after the other, compares with the model, and returns the digest. */
  async function importParts(name: string, parts: readonly (readonly ChatRecord[])[]): Promise<string> {
    const dataDir = join(directory, `${name} data`);
    const archive = await kind.open(dataDir);
    const { writer } = archive;
    try {
      const [catalog, clock] = [new MemoryCatalogStore(), new FixedClock(Date.UTC(2026, 10, 22))];
      const enricher = new BatchEnricher(async () => new BlobReferences(catalog, new BlobStore(join(directory, 'blobs'))));
      const service = new IngestService(
        writer,
        enricher,
        new ImportRunLog(catalog),
        new AuditLog(catalog, clock),
        clock,
        new MemoryRejectedRecords(),
        new RegisterStore(catalog),
      );
      for (const [index, part] of parts.entries()) {
        const { run } = await service.importPath({ ...OPTIONS, path: write(`${name} ${index}.jsonl`, part) });
        expect(run.tally.counts.read).toBe(part.length);
        if (index > 0 && part === parts[0]) expect(run.tally.counts.duplicate).toBe(part.length);
      }
      const texts: Record<string, string[]> = {};
      for await (const batch of writer.readAll())
        for (const { message } of batch) texts[message.nativeId] = [message.text, ...message.versions.map(({ text }) => text).sort()];
      expect(texts).toEqual(expected);
      return await archiveDigest(writer);
    } finally {
      await archive.close();
      await kind.remove(dataDir);
    }
  }

  const half = Math.ceil(records.length / 2);
  const [first, second] = [records.slice(0, half), records.slice(half)];
  const places = new Map(records.map((record) => [record, random.next()]));
  const shuffled = [...records].sort((one, other) => places.get(one)! - places.get(other)!);

  it.each<[string, readonly (readonly ChatRecord[])[]]>([
    ['twice', [records, records]],
    ['in halves', [first, second]],
    ['in halves, the second first', [second, first]],
    ['reversed', [[...records].reverse()]],
    ['shuffled', [shuffled]],
  ])(
    '%s',
    async (how, parts) => {
      expect(await importParts(how, parts)).toBe(digest);
    },
    MINUTES,
  );

  it.each<[string, readonly [readonly ChatRecord[], readonly ChatRecord[]]]>([
    ['of parts that overlap', [records.slice(0, Math.ceil((2 * records.length) / 3)), records.slice(Math.ceil(records.length / 3))]],
    ['of the same file', [records, records]],
  ])(
    'by two processes at once, %s',
    async (how, parts) => {
      const holdfast = new HoldfastCommand(kind);
      try {
        const files = parts.map((part, index) => write(`${how} ${index}.jsonl`, part));
        const both = await Promise.all(files.map((file) => holdfast.run(['import', file, '--json'])));
        const counts = both.map((ended) => countsOf(ended));
        expect(counts.map(({ read }) => read)).toEqual(parts.map((part) => part.length));
        expect(counts[0]!['new']! + counts[1]!['new']!).toBe(Object.keys(expected).length);
        expect(await digestOf(holdfast)).toBe(digest);
      } finally {
        await holdfast.remove();
      }
    },
    MINUTES,
  );
});

onEveryEngine('an import killed with kill -9 on $name', (kind) => {
  /** Kills in each phase: 32 in the full run. */
  const TIMES = scaled(8);
  const ROUNDS = 6 * TIMES;
  const random = new Random(9);
  const commands: HoldfastCommand[] = [];

  /** A directory with the messages, and with a second file that adds to each of them. */
  function start(): HoldfastCommand {
    const holdfast = new HoldfastCommand(kind);
    commands.push(holdfast);
    writeFilesToInterrupt(holdfast.directory);
    return holdfast;
  }

  const importAll = (holdfast: HoldfastCommand, whileRunning?: Parameters<HoldfastCommand['run']>[1]): Promise<Ended> =>
    holdfast.run(['import', join(holdfast.directory, 'a.jsonl'), join(holdfast.directory, 'b.jsonl'), '--json'], whileRunning);

  /** Kills the import as soon as it has committed so many changes; null when it was quicker. */
  async function kill(holdfast: HoldfastCommand, changes: number): Promise<Phase | null> {
    let wasKilled = false;
    await importAll(holdfast, (child) => {
      const delay = changes === 0 ? random.between(100, 500) : 0;
      void signalWhenCommitted(child, 'SIGKILL', kind, { dataDir: holdfast.dataDir, changes, delay }).then((was) => (wasKilled = was));
    });
    return wasKilled ? phaseAt(await kind.committedChanges(holdfast.dataDir)) : null;
  }

  afterAll(() => Promise.all(commands.map((holdfast) => holdfast.remove())));

  /** However often it was killed: one run of each file brought every record, and those after it brought none. */
  async function expectOneOutcomeEach(holdfast: HoldfastCommand): Promise<void> {
    const runs = JSON.parse((await holdfast.run(['runs', '--first', '100', '--json'])).out) as ShownRun[];
    for (const [name, outcome] of [
      ['a.jsonl', 'new'],
      ['b.jsonl', 'merged'],
    ] as const) {
      const [first, ...later] = runs.filter((run) => run.name === name).reverse();
      for (const [run, expected] of [[first!, outcome] as const, ...later.map((other) => [other, 'duplicate'] as const)]) {
        expect(run).toMatchObject({ state: 'finished', tally: { counts: { ...NOTHING, read: COUNT, [expected]: COUNT } } });
        expect(run.files.map(({ lines }) => lines)).toEqual([{ [expected]: { ranges: [[1, COUNT]], omitted: 0 } }]);
      }
    }
  }

  it(
    'and repeated ends in the same archive',
    async () => {
      const calm = start();
      await importAll(calm);
      const [digest, texts] = [await digestOf(calm), await textsOf(calm)];
      const hit = new PhaseCounter(PHASES, TIMES);
      for (let round = 0; hit.missing.length > 0 && round < ROUNDS; round++) {
        const holdfast = start();
        for (const aim of hit.missing) {
          const phase = await kill(holdfast, aimAt(aim, random));
          if (phase !== null) hit.add(phase);
        }
        await importAll(holdfast);
        expect(await digestOf(holdfast)).toBe(digest);
        expect(await textsOf(holdfast)).toEqual(texts);
        await expectOneOutcomeEach(holdfast);
        await holdfast.remove();
      }
      console.log(`${kind.name}, ${hit.summary}`);
      expect(hit.missing).toEqual([]);
      expect(Object.keys(texts)).toHaveLength(COUNT);
    },
    MINUTES,
  );
});
