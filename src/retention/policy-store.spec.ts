import { beforeEach, describe, expect, it } from '@jest/globals';
import { GovernedArchive } from '../../test/holds/governed-archive.js';
import { makeMessage } from '../../test/support/make-message.js';
import { makePolicy } from '../../test/support/make-policy.js';
import { terms } from '../../test/support/query-nodes.js';
import { RegisterStore } from '../holds/register-store.js';
import { CaptureReader } from './capture-reader.js';
import type { PolicyChange } from './change-policies.js';
import { PolicyStore, type PolicyTools } from './policy-store.js';
import { RetentionRules } from './retention-rules.js';
import type { RetentionPolicy } from './retention-policy.js';

const RUN = { id: 'run-1', startedAt: Date.UTC(2020, 0) };
const MESSAGES = ['ann', 'bob'].map((name) => makeMessage(`of ${name}`, { custodianIds: [name], sentAt: Date.UTC(2020, 0) }));
const DELETE: RetentionPolicy = makePolicy('delete', { action: 'delete' });
const KEEP_ANN: RetentionPolicy = makePolicy('keep', { period: 'P9Y', filter: terms('custodianId', 'ann') });

function set({ state: _state, version: _version, ...policy }: RetentionPolicy): PolicyChange {
  return { kind: 'set', policy };
}

let archive: GovernedArchive;
let policies: PolicyStore;
beforeEach(async () => {
  archive = new GovernedArchive();
  await archive.import(MESSAGES);
  policies = storeWith({});
});

function storeWith(tools: Partial<PolicyTools>): PolicyStore {
  return new PolicyStore({ ...archive.tools, captures: new CaptureReader({ list: async () => [RUN], find: async () => RUN }), ...tools });
}

/** Claims everything as it stands, as a disposer does that stops there. */
async function claimAll(): Promise<{ id: string; version: string }[]> {
  const items = [...archive.writer.messages].map(([id, { version }]) => ({ id, version }));
  await archive.catalog.create('disposition-batch', 'batch', { batchId: 'batch', items });
  await archive.registers.change(({ claims, epoch }) => ({ claims: [...claims, { batchId: 'batch', claimedAtEpoch: epoch + 1 }] }));
  return items;
}

const erase = async (items: readonly { id: string; version: string }[]): Promise<string[]> =>
  (await archive.eraser.erase(items, 'batch')).map(({ outcome }) => outcome);
const registeredVersion = async (): Promise<number> => (await archive.registers.read()).register.policyVersion;

describe('PolicyStore', () => {
  it('keeps what a lengthened policy keeps from being erased by a batch under way, and leaves the rest alone', async () => {
    await policies.change('administrator', set(DELETE));
    expect(await registeredVersion()).toBe(0);
    const items = await claimAll();
    expect(await policies.change('administrator', set(KEEP_ANN))).toMatchObject({ version: 2, lengthenedAt: 2 });
    expect(await registeredVersion()).toBe(2);
    expect(await erase(items)).toEqual(['conflict', 'erased']);
  });

  it('leaves batches under way alone when a policy is shortened', async () => {
    await policies.change('administrator', set(KEEP_ANN));
    await policies.change('administrator', set(DELETE));
    const items = await claimAll();
    await policies.change('administrator', set({ ...KEEP_ANN, period: 'P1Y' }));
    expect(await registeredVersion()).toBe(1);
    expect(await erase(items)).toEqual(['erased', 'erased']);
  });

  it.each<[string, PolicyChange, number]>([
    ['a policy is added that retains', set(KEEP_ANN), 3],
    ['a policy that deletes is retired', { kind: 'retire', policyId: 'delete' }, 3],
    ['an event comes later', { kind: 'event', event: { name: 'closed', occurredAt: 2_000 } }, 3],
    ['an event has not happened after all', { kind: 'event', event: { name: 'closed', occurredAt: null } }, 3],
    ['a policy that deletes puts others aside', set({ ...DELETE, id: 'other', scope: 'specific' }), 3],
    ['a policy is added that deletes, and in doubt keeps', set({ ...DELETE, id: 'other' }), 3],
    ['an event comes earlier', { kind: 'event', event: { name: 'closed', occurredAt: 500 } }, 0],
  ])('%s: the register is told only where that may lengthen', async (_, change, version) => {
    await policies.change('administrator', set(DELETE));
    await policies.change('administrator', { kind: 'event', event: { name: 'closed', occurredAt: 1_000 } });
    await policies.change('administrator', change);
    expect(await registeredVersion()).toBe(version);
  });

  it('is completed by the same change after it was broken off between its two records', async () => {
    await policies.change('administrator', set(DELETE));
    const items = await claimAll();
    const broken = new (class extends RegisterStore {
      override change(): Promise<never> {
        return Promise.reject(new Error('away'));
      }
    })(archive.catalog);
    await expect(storeWith({ registers: broken }).change('administrator', set(KEEP_ANN))).rejects.toThrow('away');
    expect(await policies.change('administrator', set(KEEP_ANN))).toMatchObject({ version: 2 });
    expect([await registeredVersion(), await erase(items)]).toEqual([2, ['conflict', 'erased']]);
  });

  it('changes nothing that the audit cannot have', async () => {
    const silent = storeWith({ audit: { append: () => Promise.reject(new Error('full')) } });
    await expect(silent.change('administrator', set(DELETE))).rejects.toThrow('full');
    expect(await policies.read()).toMatchObject({ version: 0, policies: [] });
  });

  it('tells the audit which policies stood, and neither their names nor their filters', async () => {
    await policies.change('approver', set(KEEP_ANN));
    expect(archive.events).toEqual([
      {
        kind: 'policy_changed',
        viewer: 'approver',
        change: 'set',
        policyId: 'keep',
        policyVersion: 1,
        setHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('loses no change to another process', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => storeWith({}).change('administrator', set({ ...DELETE, id }))));
    expect(await policies.read()).toMatchObject({ version: 3, policies: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });
  });

  it.each<[string, (record: Record<string, unknown>) => void]>([
    ['a member that there is not', (record) => (record['unless'] = 'x')],
    ['an action that there is not', (record) => (policyOf(record)['action'] = 'shred')],
    ['a member of a policy that there is not', (record) => (policyOf(record)['except'] = [])],
    ['a member of a filter that there is not', (record) => Object.assign(policyOf(record)['filter'] as object, { except: ['x'] })],
    ['a field that there is not', (record) => Object.assign(policyOf(record)['filter'] as object, { field: 'body' })],
    ['a period that cannot be read', (record) => (policyOf(record)['period'] = 'P0D')],
  ])('reads no record with %s: nothing is destroyed', async (_, spoil) => {
    await policies.change('administrator', set(KEEP_ANN));
    const record = (await archive.catalog.get<Record<string, unknown>>('retention', 'policies'))!;
    spoil(record.value);
    archive.catalog.replaceAll('retention', [['policies', record.value]]);
    const rules = new RetentionRules(policies, new CaptureReader({ list: async () => [RUN], find: async () => RUN }), archive.clock);
    await expect(rules.read()).rejects.toMatchObject({ code: 'RETENTION_UNREADABLE' });
    await expect(policies.change('administrator', set(DELETE))).rejects.toMatchObject({ code: 'RETENTION_UNREADABLE' });
  });
});

function policyOf(record: Record<string, unknown>): Record<string, unknown> {
  return (record['policies'] as Record<string, unknown>[])[0]!;
}
