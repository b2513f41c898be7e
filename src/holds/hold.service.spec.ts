import { beforeEach, describe, expect, it } from '@jest/globals';
import { GovernedArchive, RELEASE_DAYS } from '../../test/holds/governed-archive.js';
import { makeMessage } from '../../test/support/make-message.js';
import { terms } from '../../test/support/query-nodes.js';
import { EVERYTHING, type FilterNode } from '../query/ast.js';
import { fieldValues } from '../query/field-values.js';

const COOLING_OFF = RELEASE_DAYS * 86_400_000;
const OF_ANN = terms('custodianId', 'ann');
const MESSAGES = ['ann', 'bob'].map((name) => makeMessage(`of ${name}`, { custodianIds: [name], text: name }));

let archive: GovernedArchive;
beforeEach(async () => {
  archive = new GovernedArchive();
  await archive.import(MESSAGES);
});

/** Claims everything as it stands, as a disposer does that stops there. */
async function claimAll(batchId = 'batch'): Promise<{ id: string; version: string }[]> {
  const items = [...archive.writer.messages].map(([id, { version }]) => ({ id, version }));
  await archive.catalog.create('disposition-batch', batchId, { batchId, items });
  await archive.registers.change(({ claims, epoch }) => ({ claims: [...claims, { batchId, claimedAtEpoch: epoch + 1 }] }));
  return items;
}

const erase = async (items: readonly { id: string; version: string }[]) => (await archive.eraser.erase(items, 'batch')).map(({ outcome }) => outcome);
const states = async (): Promise<string[]> => (await archive.registers.read()).register.entries.map(({ state }) => state);

describe('placing a hold', () => {
  it('keeps what was claimed and is covered from being erased, and leaves the rest alone', async () => {
    const items = await claimAll();
    expect(await archive.place(OF_ANN, 'hold')).toMatchObject({ holdId: 'hold', state: 'active', settled: 1, destroyedBefore: [] });
    expect(await erase(items)).toEqual(['conflict', 'erased']);
    expect(archive.names()).toEqual(['of ann']);
    expect(archive.events.map(({ kind }) => kind)).toEqual(['hold_placed', 'hold_active']);
  });

  it('says which batches had destroyed claimed messages before: whether it meant them nobody knows', async () => {
    await erase(await claimAll());
    expect(await archive.place(OF_ANN)).toMatchObject({ state: 'active', settled: 2, destroyedBefore: ['batch'] });
  });

  it('is not active while a touch fails, and is completed by anybody; it binds meanwhile', async () => {
    const items = await claimAll();
    archive.writer.beforePut = () => Promise.reject(new Error('no room'));
    const failed = archive.place(OF_ANN, 'hold');
    await expect(failed).rejects.toMatchObject({ code: 'HOLD_PLACING', facts: { holdId: 'hold', entryId: 'hold', unsettled: 1 } });
    expect(await states()).toEqual(['placing']);
    expect((await archive.disposition.propose('administrator').catch((error: unknown) => error))).toMatchObject({ kept: { held: 1 }, itemCount: 1 });
    archive.writer.beforePut = async () => {};
    expect(await archive.holds.complete()).toMatchObject([{ entryId: 'hold', state: 'active', settled: 1 }]);
    expect(await archive.place(OF_ANN, 'hold')).toMatchObject({ state: 'active' });
    expect(await states()).toEqual(['active']);
    expect(await erase(items)).toEqual(['conflict', 'erased']);
  });

  it('is not active before claims are settled that were made while it looked', async () => {
    await claimAll('first');
    const { registers } = archive;
    const replace = registers.replace.bind(registers);
    let isFirst = true;
    // A claim of before the hold that a stale register did not show.
    registers.replace = async (read, change) => {
      if (isFirst && change.entries?.some(({ state }) => state === 'active')) {
        isFirst = false;
        const { version } = archive.writer.messages.get(MESSAGES[0]!.id)!;
        await archive.catalog.create('disposition-batch', 'second', { items: [{ id: MESSAGES[0]!.id, version }] });
        await registers.change(({ claims }) => ({ claims: [...claims, { batchId: 'second', claimedAtEpoch: 1 }] }));
      }
      return replace(read, change);
    };
    expect(await archive.place(OF_ANN)).toMatchObject({ state: 'active', settled: 2 });
  });

  it.each<[what: string, scope: FilterNode, isWholeArchive: boolean]>([
    ['everything by chance', EVERYTHING, false],
    ['nothing', { kind: 'none' }, false],
    ['no value', terms('custodianId'), false],
    ['everything inside a condition', { kind: 'or', nodes: [OF_ANN, EVERYTHING] }, false],
    ['all times', { kind: 'range', field: 'sentAt', from: null, to: null }, false],
    ['a field that does not exist', terms('tag' as 'id', 'x'), false],
    ['the whole archive, but only some of it', OF_ANN, true],
  ])('refuses %s', async (_what, scope, isWholeArchive) => {
    const request = { matterId: 'matter', scope, isWholeArchive, reason: '' };
    await expect(archive.holds.place('administrator', request)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(archive.events).toEqual([]);
  });

  it('widens by a further clause; the first one stays active while the second is placed', async () => {
    const items = await claimAll();
    await archive.place(OF_ANN, 'hold');
    archive.writer.beforePut = () => Promise.reject(new Error('no room'));
    await expect(archive.holds.widen('administrator', 'hold', terms('custodianId', 'bob'))).rejects.toMatchObject({ code: 'HOLD_PLACING' });
    expect(await states()).toEqual(['active', 'placing']);
    archive.writer.beforePut = async () => {};
    await archive.holds.complete();
    expect(await erase(items)).toEqual(['conflict', 'conflict']);
    expect((await archive.holds.holdsOf(fieldValues(MESSAGES[1]!))).map(({ entry }) => entry.scope)).toEqual([terms('custodianId', 'bob')]);
  });
});

describe('releasing a hold', () => {
  it('takes two people, and the hold binds until it has cooled off', async () => {
    await archive.place(OF_ANN, 'hold');
    await archive.holds.requestRelease('administrator', 'hold', 'settled');
    expect(await states()).toEqual(['active']);
    await expect(archive.holds.approveRelease('administrator', 'hold')).rejects.toMatchObject({ code: 'SECOND_PERSON_NEEDED' });
    expect(await archive.holds.approveRelease('approver', 'hold')).toMatchObject([{ state: 'release_pending', release: { approvedBy: 'approver' } }]);
    archive.clock.set(archive.clock.now() + COOLING_OFF - 1);
    expect(await archive.holds.completeReleases('administrator')).toEqual([]);
    expect(await archive.disposition.propose('administrator')).toMatchObject({ kept: { held: 1 } });
    archive.clock.set(archive.clock.now() + 1);
    expect(await archive.holds.completeReleases('administrator')).toEqual(['hold']);
    expect(await archive.disposition.propose('administrator')).toMatchObject({ kept: {}, itemCount: 2 });
    await expect(archive.place(OF_ANN, 'hold')).rejects.toMatchObject({ code: 'HOLD_RELEASED' });
  });

  it('can be called back, and must then be asked for again', async () => {
    await archive.place(OF_ANN, 'hold');
    await archive.holds.requestRelease('administrator', 'hold', 'settled');
    await archive.holds.approveRelease('approver', 'hold');
    expect(await archive.holds.recallRelease('approver', 'hold')).toMatchObject([{ state: 'active', release: null }]);
    archive.clock.set(archive.clock.now() + 2 * COOLING_OFF);
    expect(await archive.holds.completeReleases('administrator')).toEqual([]);
    await expect(archive.holds.approveRelease('approver', 'hold')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('leaves what was never wholly placed to be placed when it is called back', async () => {
    const items = await claimAll();
    archive.writer.beforePut = () => Promise.reject(new Error('no room'));
    await expect(archive.place(OF_ANN, 'hold')).rejects.toMatchObject({ code: 'HOLD_PLACING' });
    archive.writer.beforePut = async () => {};
    await archive.holds.requestRelease('administrator', 'hold', 'settled');
    await archive.holds.approveRelease('approver', 'hold');
    expect(await archive.holds.complete()).toEqual([]);
    expect(await archive.holds.recallRelease('approver', 'hold')).toMatchObject([{ state: 'active' }]);
    expect(await erase(items)).toEqual(['conflict', 'erased']);
  });

  it('of one leaves another on the same message in force', async () => {
    await archive.place(OF_ANN, 'x');
    await archive.place(terms('kind', 'text'), 'y');
    await archive.holds.requestRelease('administrator', 'x', 'settled');
    await archive.holds.approveRelease('approver', 'x');
    archive.clock.set(archive.clock.now() + COOLING_OFF);
    await archive.holds.completeReleases('administrator');
    expect((await archive.holds.holdsOf(fieldValues(MESSAGES[0]!))).map(({ entry }) => entry.holdId)).toEqual(['y']);
    expect(await archive.disposition.propose('administrator')).toMatchObject({ kept: { held: 2 }, itemCount: 0 });
  });

  it('does not end while the clock is in doubt', async () => {
    const doubtful = archive.process({ trustedNow: () => Promise.reject(new Error('the clock has jumped')) });
    await archive.place(OF_ANN, 'hold');
    await archive.holds.requestRelease('administrator', 'hold', 'settled');
    await archive.holds.approveRelease('approver', 'hold');
    archive.clock.set(archive.clock.now() + COOLING_OFF);
    await expect(doubtful.holds.completeReleases('administrator')).rejects.toThrow('jumped');
    expect(await states()).toEqual(['release_pending']);
  });

  it('happens only when the audit has it', async () => {
    const mute = archive.process({ audit: { append: () => Promise.reject(new Error('no audit')) } });
    await expect(mute.place(OF_ANN, 'never')).rejects.toThrow('no audit');
    expect(await states()).toEqual([]);
    await archive.place(OF_ANN, 'hold');
    await archive.holds.requestRelease('administrator', 'hold', 'settled');
    await expect(mute.holds.approveRelease('approver', 'hold')).rejects.toThrow('no audit');
    expect(await states()).toEqual(['active']);
  });
});
