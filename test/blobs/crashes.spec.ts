import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteCatalog } from '../../src/engine/sqlite/sqlite-catalog.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemoryIndexWriter } from '../support/memory-index-writer.js';
import { isFullRun } from '../support/scale.js';
import { SteppedProcess } from '../support/stepped-process.js';
import { memoryEraser } from './memory-eraser.js';
import { SharedAttachment, type Share } from './shared-attachment.js';

/** The quick run takes one of so many histories; one of so many of those runs with a catalog on disk too. */
const [TAKEN, ON_DISK] = isFullRun ? [1, 4] : [19, 4];
/** A process that meets another one begins again, which takes more steps than it needs alone. */
const FURTHER_STEPS = 12;
const FILE = 'contract.pdf';

type Work = (archive: SharedAttachment, share: Share) => Promise<unknown>;

const importing = (nativeId: string): Work => (archive, share) => archive.import(nativeId, [FILE], share);
const destroying = (nativeId: string): Work => (archive, share) => archive.destroy(nativeId, share);
const sweeping: Work = (archive, share) => archive.sweep(share);

/** What stands at the start, and two processes beside each other. */
const CASTS: readonly (readonly [title: string, before: readonly Work[], first: Work, second: Work])[] = [
  ['two imports of the same bytes', [], importing('a'), importing('b')],
  ['two imports of the same message', [], importing('a'), importing('a')],
  ['an import and the destruction of the only reference', [importing('a')], destroying('a'), importing('b')],
  ['two destructions of shared bytes', [importing('a'), importing('b')], destroying('a'), destroying('b')],
  ['two destructions of one message', [importing('a'), importing('b')], destroying('a'), destroying('a')],
  ['a destruction and the same message again', [importing('a')], destroying('a'), importing('a')],
  ['an import and a sweep', [], importing('a'), sweeping],
  ['an import of shared bytes and a sweep', [importing('a')], importing('b'), sweeping],
  ['an import of bytes that went, and a sweep', [importing('a'), destroying('a')], importing('b'), sweeping],
  ['a destruction and a sweep', [importing('a')], destroying('a'), sweeping],
];

const unshared: Share = (target) => target;

interface Stalled {
  readonly archive: SharedAttachment;
  readonly first: SteppedProcess;
  readonly second: SteppedProcess;
}

/** What happens once both stand still: a process that is never let go on has crashed, one that is let go on late is a zombie. */
const ENDINGS: Readonly<Record<string, (stalled: Stalled) => Promise<void>>> = {
  'both have crashed': async () => {},
  'both wake after others have cleaned up': async ({ archive, first, second }) => {
    await archive.recover();
    await first.finish();
    await second.finish();
  },
  'the second goes on first': async ({ first, second }) => {
    await second.finish();
    await first.finish();
  },
  'the first goes on, the second wakes after the cleaning': async ({ archive, first, second }) => {
    await first.finish();
    await archive.recover();
    await second.finish();
  },
};

jest.setTimeout(600_000);

let top: string;
let count = 0;
beforeAll(() => void (top = mkdtempSync(join(tmpdir(), 'holdfast-crashes-'))));
afterAll(() => rmSync(top, { recursive: true }));

/** A new archive, handed to the action. */
async function withArchive(isOnDisk: boolean, action: (archive: SharedAttachment) => Promise<void>): Promise<void> {
  const directory = join(top, String((count += 1)));
  mkdirSync(directory);
  const writer = new MemoryIndexWriter();
  const catalog = isOnDisk ? SqliteCatalog.open(directory) : new MemoryCatalogStore();
  try {
    const archive = new SharedAttachment({ writer, eraser: memoryEraser(writer), catalog, directory });
    archive.file(FILE, 'the same bytes');
    await action(archive);
  } finally {
    await catalog.close();
    rmSync(directory, { recursive: true });
  }
}

/** How many steps a process takes, and some. */
async function stepsOf(before: readonly Work[], work: Work): Promise<number> {
  let steps = 0;
  await withArchive(false, async (archive) => {
    for (const one of before) await one(archive, unshared);
    const process = new SteppedProcess((share) => work(archive, share));
    for (; !process.hasEnded; steps += 1) await process.go(1);
  });
  return steps + FURTHER_STEPS;
}

describe.each(CASTS)('%s', (_title, before, firstWork, secondWork) => {
  it.each(Object.keys(ENDINGS))('%s, wherever they stand', async (ending) => {
    const [firstLast, secondLast] = [await stepsOf(before, firstWork), await stepsOf(before, secondWork)];
    const places = Array.from({ length: (firstLast + 1) * (secondLast + 1) }, (_, place) => place);
    const taken = places.filter((place) => place % TAKEN === 0);
    for (const [history, place] of taken.entries()) {
      const [firstSteps, secondSteps] = [Math.floor(place / (secondLast + 1)), place % (secondLast + 1)];
      const run = async (archive: SharedAttachment): Promise<void> => {
        for (const work of before) await work(archive, unshared);
        const first = new SteppedProcess((share) => firstWork(archive, share));
        const second = new SteppedProcess((share) => secondWork(archive, share));
        await first.go(firstSteps);
        await second.go(secondSteps);
        const at = `${firstSteps} and ${secondSteps} steps`;
        expect({ at, lost: await archive.lost() }).toEqual({ at, lost: [] });
        await ENDINGS[ending]!({ archive, first, second });
        expect({ at, lost: await archive.lost() }).toEqual({ at, lost: [] });
        await archive.recover();
        expect({ at, lost: await archive.lost(), leftOver: await archive.leftOver() }).toEqual({ at, lost: [], leftOver: [] });
        // Closes what they have open.
        await first.finish();
        await second.finish();
      };
      await withArchive(false, run);
      if (history % ON_DISK === 0) await withArchive(true, run);
    }
    expect(taken.length).toBeGreaterThan(0);
  });
});
