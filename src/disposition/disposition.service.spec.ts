import { beforeEach, describe, expect, it } from '@jest/globals';
import { GovernedArchive } from '../../test/holds/governed-archive.js';
import { makeMessage } from '../../test/support/make-message.js';
import { terms } from '../../test/support/query-nodes.js';
import type { IndexEraser } from '../engine/index-eraser.js';
import { finishClaims } from './finish-claims.js';
import { APPROVAL_MILLISECONDS } from './proposal.js';

const OF_ANN = terms('custodianId', 'ann');
const ANN = makeMessage('of ann', { custodianIds: ['ann'] });
const BOB = makeMessage('of bob', { custodianIds: ['bob'] });
const elsewhere = (name: string) => makeMessage(`of ${name}`, { custodianIds: [name], sources: ['elsewhere'] });
const RULE = { policyId: 'rule', policyVersion: 1, expiredAt: ANN.sentAt! };

let archive: GovernedArchive;
beforeEach(async () => {
  archive = new GovernedArchive();
  await archive.import([ANN, BOB]);
});

const claims = async (): Promise<number> => (await archive.registers.read()).register.claims.length;
const destroyedBy = ({ id }: { readonly id: string }): readonly string[] => archive.writer.stubs.get(id)?.disposals ?? [];

/** A process whose erasing is something else. */
function erasing(erase: IndexEraser['erase']): GovernedArchive {
  const eraser = Object.assign(Object.create(archive.eraser) as IndexEraser, { erase });
  return archive.process({ eraser });
}

describe('disposition', () => {
  it('destroys what two people have agreed on, and certifies it', async () => {
    const proposal = await archive.approved();
    expect(proposal).toMatchObject({ itemCount: 2, chunkCount: 1, counts: { byRule: { rule: 2 }, byMonth: { '2026-03': 2 }, byCustodian: { ann: 1, bob: 1 } } });
    const [certificate, ...more] = await archive.run(proposal);
    expect(more).toEqual([]);
    const destroyed = [ANN, BOB].map(({ id, nativeId }) => ({ id, rule: RULE, commitment: `of ${nativeId}` }));
    expect(certificate).toMatchObject({ proposalId: proposal.proposalId, kept: [], blobs: { removed: 0, shared: 0 } });
    expect([...certificate!.destroyed].sort((left, right) => (left.commitment < right.commitment ? -1 : 1))).toEqual(destroyed);
    expect(archive.names()).toEqual([]);
    expect(destroyedBy(ANN)).toEqual([certificate!.batchId]);
    expect(await claims()).toBe(0);
    expect(await archive.disposition.find(proposal.proposalId)).toMatchObject({ state: 'erased', nextChunk: 1, batchIds: [certificate!.batchId] });
    expect(archive.events.map(({ kind }) => kind)).toEqual(['disposition_proposed', 'disposition_approved', 'disposition_intended', 'disposition_completed']);
  });

  it('takes parts of a thousand, and goes on behind the last one done', async () => {
    await archive.import(Array.from({ length: 2_100 }, (_, index) => makeMessage(`${index}`)));
    const proposal = await archive.approved();
    expect(proposal).toMatchObject({ itemCount: 2_102, chunkCount: 3 });
    const run = archive.disposition.run('administrator', proposal.proposalId);
    await run.next();
    await run.return(undefined as never);
    expect(archive.names()).toHaveLength(1_102);
    expect((await archive.run(proposal)).map(({ destroyed, kept }) => [destroyed.length, kept.length])).toEqual([[1_000, 0], [102, 0]]);
    expect(archive.names()).toEqual([]);
  });

  it('needs a second person, who agrees to exactly this set, not too long ago', async () => {
    const { proposalId, setHash } = await archive.disposition.propose('administrator');
    await expect(archive.run({ proposalId } as never)).rejects.toMatchObject({ code: 'DISPOSITION_STALE' });
    await expect(archive.disposition.approve('administrator', proposalId, setHash)).rejects.toMatchObject({ code: 'SECOND_PERSON_NEEDED' });
    await expect(archive.disposition.approve('approver', proposalId, '0'.repeat(64))).rejects.toMatchObject({ code: 'DISPOSITION_STALE' });
    const approved = await archive.disposition.approve('approver', proposalId, setHash);
    await expect(archive.disposition.approve('approver', proposalId, setHash)).rejects.toMatchObject({ code: 'DISPOSITION_STALE' });
    archive.clock.set(archive.clock.now() + APPROVAL_MILLISECONDS);
    await expect(archive.run(approved)).rejects.toMatchObject({ code: 'DISPOSITION_STALE' });
    expect(await archive.disposition.find(proposalId)).toMatchObject({ state: 'expired' });
    expect(archive.names()).toHaveLength(2);
  });

  it('destroys no set that is not the one agreed on', async () => {
    const { version } = archive.writer.messages.get(BOB.id)!;
    await archive.place(terms('id', BOB.id), 'hold');
    const proposal = await archive.approved();
    archive.catalog.replaceAll('disposition-items', [[`${proposal.proposalId}-000001`, { items: [{ id: BOB.id, version }] }]]);
    await expect(archive.run(proposal)).rejects.toMatchObject({ code: 'DISPOSITION_STALE' });
    expect(archive.names()).toHaveLength(2);
  });

  it('keeps what a hold came to cover after the approval, and what has changed', async () => {
    const proposal = await archive.approved();
    await archive.place(OF_ANN);
    expect(await archive.import([elsewhere('bob')])).toEqual(['merged']);
    const [certificate] = await archive.run(proposal);
    expect(certificate).toMatchObject({ destroyed: [], kept: expect.arrayContaining([{ id: ANN.id, reason: 'held' }, { id: BOB.id, reason: 'changed' }]) });
    expect(archive.names()).toEqual(['of ann', 'of bob']);
    expect(await claims()).toBe(0);
  });

  it.each(['read', 'create'] as const)('keeps what a hold covers that is placed between looking and claiming: at %s', async (step) => {
    const proposal = await archive.approved();
    let isFirst = true;
    const place = async (): Promise<void> => {
      if (isFirst) await archive.place(OF_ANN, `hold ${(isFirst = false)}`);
    };
    const rules = { read: async () => (await place(), archive.tools.rules.read()) };
    const catalog = Object.assign(Object.create(archive.catalog) as typeof archive.catalog, {
      create: async (...record: Parameters<typeof archive.catalog.create>) => {
        if (record[0] === 'disposition-batch') await place();
        return archive.catalog.create(...record);
      },
    });
    const [certificate] = await archive.process(step === 'read' ? { rules } : { catalog }).run(proposal);
    expect(certificate).toMatchObject({ destroyed: [{ id: BOB.id }], kept: [{ id: ANN.id, reason: 'held' }] });
    expect(archive.names()).toEqual(['of ann']);
  });

  it('keeps what a hold covers that is placed between claiming and erasing', async () => {
    const proposal = await archive.approved();
    const late = erasing(async (items, batchId) => {
      expect(await archive.place(OF_ANN)).toMatchObject({ state: 'active', settled: 1, destroyedBefore: [] });
      return archive.eraser.erase(items, batchId);
    });
    const [certificate] = await late.run(proposal);
    expect(certificate).toMatchObject({ destroyed: [{ id: BOB.id }], kept: [{ id: ANN.id, reason: 'held' }] });
    expect(archive.names()).toEqual(['of ann']);
  });

  it('looks again at what it read while the part before was destroyed', async () => {
    await archive.import(Array.from({ length: 1_100 }, (_, index) => makeMessage(`${index}`)));
    const proposal = await archive.approved();
    const parts = await archive.catalog.list<{ items: { id: string }[] }>('disposition-items', { first: 9 });
    const held = parts[1]!.value.items.slice(0, 2).map(({ id }) => id);
    const late = erasing(async (items, batchId) => {
      for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await archive.place(terms('id', ...held), batchId);
      return archive.eraser.erase(items, batchId);
    });
    const [, second] = await late.run(proposal);
    expect(second!.kept).toEqual(held.map((id) => ({ id, reason: 'held' })));
    expect(second!.destroyed).toHaveLength(100);
    expect(archive.writer.messages.size).toBe(2);
  });

  it('survives a crash between claiming and erasing: what a hold came to cover stays, the claim is settled and certified', async () => {
    const proposal = await archive.approved();
    let wake: () => void = () => {};
    const stalled = erasing((items, batchId) => new Promise((resolve) => (wake = () => void archive.eraser.erase(items, batchId).then(resolve))));
    const run = stalled.run(proposal);
    while ((await claims()) === 0 || archive.events.at(-1)!.kind !== 'disposition_intended') await new Promise((resolve) => setImmediate(resolve));
    await archive.place(OF_ANN, 'hold');
    const [certificate] = await finishClaims(archive.tools, 'administrator');
    expect(certificate).toMatchObject({ destroyed: [{ id: BOB.id }], kept: [{ id: ANN.id, reason: 'changed' }] });
    expect(await claims()).toBe(0);
    // The one that was thought dead goes on, and changes nothing any more.
    wake();
    await expect(run).resolves.toEqual([certificate]);
    expect(archive.names()).toEqual(['of ann']);
  });

  it('settles what it has no answer about by writing: what was sent before can no longer land', async () => {
    const proposal = await archive.approved();
    const sent: (() => Promise<unknown>)[] = [];
    const silent = erasing((items, batchId) => {
      sent.push(() => archive.eraser.erase(items, batchId));
      return Promise.reject(new Error('no answer'));
    });
    const [certificate] = await silent.run(proposal);
    expect(certificate).toMatchObject({ destroyed: [], kept: [{ reason: 'dropped' }, { reason: 'dropped' }] });
    for (const land of sent) await land();
    expect(archive.names()).toEqual(['of ann', 'of bob']);
  });

  it('certifies what was erased without an answer', async () => {
    const proposal = await archive.approved();
    const silent = erasing(async (items, batchId) => {
      await archive.eraser.erase(items, batchId);
      throw new Error('no answer');
    });
    const [certificate] = await silent.run(proposal);
    expect(certificate!.destroyed).toHaveLength(2);
    expect(destroyedBy(BOB)).toEqual([certificate!.batchId]);
  });

  it('names a message in one certificate only, whoever runs at once', async () => {
    const proposals = [await archive.approved(), await archive.approved()];
    const certificates = (await Promise.all(proposals.map((proposal) => archive.process({}).run(proposal)))).flat();
    const named = certificates.flatMap(({ destroyed }) => destroyed.map(({ id }) => id));
    expect(named.sort()).toEqual([ANN.id, BOB.id].sort());
    expect(archive.names()).toEqual([]);
    for (const { batchId, destroyed } of certificates) for (const { id } of destroyed) expect(destroyedBy({ id })).toEqual([batchId]);
  });

  it('refuses the import of what was destroyed, but takes it under a hold, and destroys it again only when that is gone', async () => {
    const [first] = await archive.run(await archive.approved());
    expect(await archive.import([ANN, BOB])).toEqual(['disposed', 'disposed']);
    await archive.place(OF_ANN);
    expect(await archive.import([ANN, BOB, elsewhere('ann')])).toEqual(['reintroduced', 'disposed', 'merged']);
    expect(archive.events.at(-1)).toEqual({ kind: 'message_reintroduced', viewer: 'tester', messageId: ANN.id, batchId: first!.batchId });
    expect(await archive.disposition.propose('administrator')).toMatchObject({ itemCount: 0, kept: { held: 1 } });
  });

  it('certifies what came back between its erasing and its certificate', async () => {
    await archive.place(OF_ANN);
    const proposal = await archive.approved();
    const hasty = erasing(async (items, batchId) => {
      await archive.eraser.erase(items, batchId);
      await archive.place(terms('custodianId', 'bob'));
      expect(await archive.import([BOB])).toEqual(['reintroduced']);
      throw new Error('no answer');
    });
    const [certificate] = await hasty.run(proposal);
    expect(certificate!.destroyed.map(({ id }) => id)).toEqual([BOB.id]);
    expect(archive.names()).toEqual(['of ann', 'of bob']);
  });

  it('erases nothing that the audit does not have first, and closes the claim', async () => {
    const proposal = await archive.approved();
    let failures = 3;
    const append: typeof archive.tools.audit.append = async (event) => {
      if (event.kind === 'disposition_intended' && --failures >= 0) throw new Error('no audit');
      await archive.tools.audit.append(event);
    };
    const [certificate] = await archive.process({ audit: { append } }).run(proposal);
    expect(certificate).toMatchObject({ destroyed: [], kept: [{ reason: 'audit' }, { reason: 'audit' }] });
    expect(archive.names()).toHaveLength(2);
    expect(await claims()).toBe(0);
  });

  it('leaves a claim that it cannot close, for anybody to finish', async () => {
    const proposal = await archive.approved();
    const append: typeof archive.tools.audit.append = async (event) => {
      if (event.kind === 'disposition_completed') throw new Error('no audit');
      await archive.tools.audit.append(event);
    };
    await expect(archive.process({ audit: { append } }).run(proposal)).rejects.toThrow('no audit');
    expect(await claims()).toBe(1);
    expect(await archive.run(proposal)).toEqual([]);
    expect(await archive.disposition.find(proposal.proposalId)).toMatchObject({ state: 'erased' });
    expect(await claims()).toBe(0);
    expect(await archive.catalog.list('disposition-certificate', { first: 10 })).toHaveLength(1);
  });

  it.each<[what: string, code: string, spoil: () => Promise<unknown>]>([
    ['the register cannot be read', 'HOLD_REGISTER_UNREADABLE', async () => archive.catalog.replaceAll('hold-register', [['register', { epoch: 1, walls: [] }]])],
    ['it is suspended', 'DISPOSITION_SUSPENDED', () => archive.registers.change(() => ({ suspended: { reason: 'restored', since: 1 } }))],
    ['the rules are older than the register knows', 'ENGINE_UNAVAILABLE', () => archive.registers.change(() => ({ policyVersion: 2 }))],
  ])('destroys nothing while %s', async (_what, code, spoil) => {
    const proposal = await archive.approved();
    await spoil();
    await expect(archive.run(proposal)).rejects.toMatchObject({ code });
    await expect(archive.disposition.propose('administrator')).rejects.toMatchObject({ code });
    expect(archive.names()).toHaveLength(2);
  });

  it('stops when the search index and the evaluation disagree about one state of a message', async () => {
    const wrong = archive.disposition.propose('administrator', OF_ANN);
    await expect(wrong).rejects.toMatchObject({ code: 'DISPOSITION_DISAGREES', facts: { messageId: BOB.id } });
  });
});
