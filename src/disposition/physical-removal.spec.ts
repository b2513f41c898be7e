import { beforeEach, describe, expect, it } from '@jest/globals';
import { FixedClock } from '../../test/support/fixed-clock.js';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import type { AuditEvent } from '../audit/audit-event.js';
import { createBackupRecord } from '../backup/backup-record.js';
import { writeArchiveState } from '../catalog/archive-state.js';
import { REMOVAL_STEPS, type IndexEraser, type RemovalState } from '../engine/index-eraser.js';
import { HoldfastError } from '../errors/errors.js';
import { PhysicalRemoval } from './physical-removal.js';
import { removalLines, type Removal } from './removal.js';

const NOW = Date.UTC(2026, 10, 22);
const DAY = 86_400_000;

let catalog: MemoryCatalogStore;
let clock: FixedClock;
let events: AuditEvent[];
/** States that the engine was called with. */
let calls: (RemovalState | null)[];
/** The engine fails before this step. */
let failsAt: number;
let sweeps: number;
let isAuditAway: boolean;

beforeEach(() => {
  catalog = new MemoryCatalogStore();
  clock = new FixedClock(NOW);
  [events, calls, failsAt, sweeps, isAuditAway] = [[], [], Infinity, 0, false];
});

const eraser = {
  async *remove(from: RemovalState | null): AsyncGenerator<RemovalState> {
    calls.push(from);
    const first = from?.done === undefined || from.done === null ? 0 : REMOVAL_STEPS.indexOf(from.done) + 1;
    for (const [place, done] of REMOVAL_STEPS.entries()) {
      if (place < first) continue;
      if (place >= failsAt) throw new HoldfastError('ENGINE_BUSY');
      yield { store: 'archive.sqlite', done, left: 0, marks: {} };
    }
  },
} satisfies Pick<IndexEraser, 'remove'>;

function removal(): PhysicalRemoval {
  return new PhysicalRemoval({
    ...{ catalog, clock, eraser, engine: 'sqlite' },
    audit: {
      append: async (event) => {
        if (isAuditAway) throw new HoldfastError('AUDIT_UNAVAILABLE');
        events.push(event);
      },
    },
    sweepAttachments: async () => void (sweeps += 1),
  });
}

async function erased(proposalId: string, batchIds: readonly string[], certified = batchIds): Promise<void> {
  await catalog.create('disposition', proposalId, { proposalId, state: 'erased', batchIds });
  for (const id of certified) await catalog.create('disposition-certificate', id, { batchId: id });
}

async function stateOf(proposalId: string): Promise<string> {
  return (await catalog.get<{ state: string }>('disposition', proposalId))!.value.state;
}

async function run(): Promise<Removal | null> {
  let last: Removal | null = null;
  for await (const state of removal().run('administrator')) last = state;
  return last;
}

const open = (state: Removal): string[] => removalLines(state, clock.now()).flatMap(({ store, isClosed }) => (isClosed ? [] : [store]));
const kinds = (): string[] => events.map(({ kind }) => kind);

describe('physical removal', () => {
  it('covers every certified batch once, and completes the disposition', async () => {
    await erased('p', ['a', 'never-claimed', 'b'], ['a', 'b']);
    const state = (await run())!;
    expect([state.batchIds, open(state), state.finishedAt]).toEqual([['a', 'b'], [], NOW]);
    expect([await stateOf('p'), kinds(), sweeps]).toEqual(['complete', ['removal_started', 'removal_completed'], 1]);
    expect([await run(), calls]).toEqual([null, [null]]);
    await erased('q', ['c']);
    expect((await run())!.batchIds).toEqual(['c']);
  });

  it('goes on at the step where the engine failed, with every line open that is not done', async () => {
    await erased('p', ['a']);
    failsAt = 3;
    await expect(run()).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    const [known] = await catalog.list<Removal>('removal', { first: 10 });
    expect([known!.value.content!.done, open(known!.value).length, await stateOf('p')]).toEqual(['released', 11, 'erased']);
    failsAt = Infinity;
    const state = (await run())!;
    expect([state.removalId, open(state), calls.at(-1)!.done]).toEqual([known!.id, [], 'released']);
    expect(kinds()).toEqual(['removal_started', 'removal_completed']);
  });

  it('begins nothing, and completes nothing, while the audit is away', async () => {
    await erased('p', ['a']);
    isAuditAway = true;
    await expect(run()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect([await catalog.list('removal', { first: 1 }), calls]).toEqual([[], []]);
    isAuditAway = false;
    const steps = removal().run('administrator');
    let last: Removal | null = null;
    for (;;) {
      const step = await steps.next().catch((error: HoldfastError) => error.code);
      if (typeof step === 'string' || step.done === true) break;
      last = step.value;
      isAuditAway = last.areAttachmentsGone;
    }
    expect([open(last!), last!.finishedAt, await stateOf('p')]).toEqual([[], null, 'erased']);
    isAuditAway = false;
    expect((await run())!.finishedAt).toBe(NOW);
    expect([calls, sweeps]).toEqual([[null], 1]);
  });

  it('waits for backups that may hold what was destroyed, until their date', async () => {
    const backup = { engine: 'sqlite', finishedAt: NOW, directory: '/b', snapshots: null, deletedAt: null };
    await createBackupRecord(catalog, { ...backup, backupId: 'one', startedAt: NOW - DAY, keepUntil: NOW + 30 * DAY });
    await createBackupRecord(catalog, { ...backup, backupId: 'gone', startedAt: NOW - DAY, keepUntil: NOW + 90 * DAY, deletedAt: NOW });
    await erased('p', ['a']);
    const state = (await run())!;
    expect(removalLines(state, NOW).filter(({ isClosed }) => !isClosed)).toEqual([
      { store: 'backups', isClosed: false, waitsFor: 'backups one', until: NOW + 30 * DAY },
    ]);
    expect([state.finishedAt, await stateOf('p')]).toEqual([null, 'erased']);
    // Made when the bytes were gone.
    clock.set(NOW + DAY);
    await createBackupRecord(catalog, { ...backup, backupId: 'later', startedAt: NOW + DAY, keepUntil: NOW + 90 * DAY });
    expect((await run())!.finishedAt).toBeNull();
    clock.set(NOW + 30 * DAY);
    expect([(await run())!.finishedAt, await stateOf('p'), calls.length]).toEqual([NOW + 30 * DAY, 'complete', 1]);
  });

  it('waits until a person says that the archive which was moved away is deleted', async () => {
    const process = { host: 'h', pid: 1, token: 't' };
    await writeArchiveState(catalog, null, { archiveId: 'x', role: 'current', counterpart: 'elasticsearch', changedAt: '', process });
    await erased('p', ['a']);
    const state = (await run())!;
    expect(open(state)).toEqual(['moved_archive']);
    await removal().declareMovedArchiveGone('approver');
    const finished = (await run())!;
    expect(finished.movedArchive).toEqual({ engine: 'elasticsearch', gone: { actor: 'approver', at: NOW } });
    expect([finished.finishedAt, kinds()]).toEqual([NOW, ['removal_started', 'moved_archive_gone', 'removal_completed']]);
  });

  it('lets one process at a time be at work', async () => {
    await erased('p', ['a']);
    const [first, second] = [removal().run('administrator'), removal().run('administrator')];
    await first.next();
    await second.next();
    const rest = async (steps: AsyncGenerator<Removal>): Promise<string> => {
      for await (const step of steps) void step;
      return 'done';
    };
    const outcomes = await Promise.all([first, second].map((steps) => rest(steps).catch((error: HoldfastError) => error.code)));
    expect(outcomes.sort()).toEqual(['ENGINE_BUSY', 'done']);
    expect(await run()).toBeNull();
  });
});
