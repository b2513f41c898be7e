import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Rebuilding } from '../../src/holds/rebuilding.js';
import { RegisterStore } from '../../src/holds/register-store.js';
import type { IndexWriter } from '../../src/engine/index-writer.js';
import type { FilterNode } from '../../src/query/ast.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { BackedUpArchive } from './backed-up-archive.js';

jest.setTimeout(180_000);

const NOW = Date.UTC(2026, 10, 22);
/** More than a reindexing copies at once. */
const MESSAGES = Array.from({ length: 1_500 }, (_, index) => makeMessage(`m${index}`, { text: `第${index}条` }));
const COMMAND = 'reindex';

onEveryEngine('writing the archive anew on $name', (kind) => {
  let archive: BackedUpArchive;
  let registers: RegisterStore;
  beforeEach(async () => {
    archive = new BackedUpArchive(kind, NOW);
    await archive.open();
    await archive.letGo();
    await archive.store(MESSAGES);
    registers = new RegisterStore(archive.catalog);
  });
  afterEach(() => archive.remove());

  const idIs = (...ids: string[]): FilterNode => ({ kind: 'terms', field: 'id', values: ids });
  const first = MESSAGES[0]!.id;
  const last = MESSAGES.at(-1)!.id;
  const reindexing = (writer: IndexWriter): AsyncIterator<{ done: number; total: number }> =>
    writer.reindex(async (batch) => batch.map(({ message, raws }) => prepare(message, raws)))[Symbol.asyncIterator]();
  /** Goes on until so many messages are copied, or to the end. */
  const goOn = async (steps: AsyncIterator<{ done: number; total: number }>, until = Infinity): Promise<void> => {
    for (let step = await steps.next(); !step.done && step.value.done < until; ) step = await steps.next();
  };
  const erase = async (...ids: string[]): Promise<void> => {
    const { writer, eraser } = archive.disposition.tools;
    const found = await writer.read(ids);
    const erased = await eraser.erase(found.map((message) => ({ id: message!.message.id, version: message!.version })), 'batch');
    expect(erased).toMatchObject(ids.map(() => ({ outcome: 'erased' })));
  };
  const isGone = async (...ids: string[]): Promise<void> => {
    const writer = archive.engine.writer;
    expect(await writer.read(ids)).toEqual(ids.map(() => null));
    expect(await writer.readStubs(ids)).toMatchObject(ids.map(() => ({ disposals: ['batch'] })));
  };

  it('lets nothing be destroyed from the first copy to the last, and says what to run after a kill', async () => {
    const rebuilding = await Rebuilding.enter(registers, COMMAND, archive.clock);
    const steps = reindexing(archive.engine.writer);
    await goOn(steps, 1_000);
    await expect(archive.destroy(idIs(first))).rejects.toMatchObject({
      code: 'DISPOSITION_SUSPENDED',
      message: expect.stringContaining('run it again: holdfast reindex'),
    });
    await goOn(steps);
    await expect(archive.destroy(idIs(first))).rejects.toMatchObject({ code: 'DISPOSITION_SUSPENDED' });

    // The one that takes over counts, and the other one's end changes nothing.
    const second = await Rebuilding.enter(registers, COMMAND, archive.clock);
    await expect(rebuilding.prove()).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    await rebuilding.leave();
    await expect(archive.destroy(idIs(first))).rejects.toMatchObject({ code: 'DISPOSITION_SUSPENDED' });
    await second.prove();
    await second.leave();
    expect(await archive.destroy(idIs(first))).toBe(1);
  });

  it('is refused while a batch is claimed', async () => {
    await registers.change(({ epoch }) => ({ claims: [{ batchId: 'batch', claimedAtEpoch: epoch }] }));
    await expect(Rebuilding.enter(registers, COMMAND, archive.clock)).rejects.toMatchObject({
      code: 'DISPOSITION_UNDER_WAY',
      facts: { batches: ['batch'] },
    });
    expect((await registers.read()).register.rebuilding).toBeNull();
  });

  it('brings nothing back that is destroyed between copy and switch, should that ever happen', async () => {
    const steps = reindexing(archive.engine.writer);
    await goOn(steps, MESSAGES.length);
    const hasErased = await erase(first, last).then(
      () => true,
      ({ code }: { code: string }) => (expect(code).toBe('INDEX_VERSION_MISMATCH'), false),
    );
    await goOn(steps);
    // The embedded engine rewrites in place and lets nobody erase meanwhile.
    if (!hasErased) await erase(first, last);
    await archive.engine.writer.refresh();
    await isGone(first, last);
  });

  it('brings nothing back when one that stood still goes on after another one has finished', async () => {
    const sleeping = reindexing(archive.engine.writer);
    await goOn(sleeping, 1_000);
    const other = await kind.open(archive.dataDir);
    await goOn(reindexing(other.writer));
    await other.close();
    await archive.close();
    await archive.open();
    await erase(first, last);
    await goOn(sleeping).catch(() => {});
    await isGone(first, last);
  });
});
