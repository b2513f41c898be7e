import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { terms } from '../../test/support/query-nodes.js';
import type { HoldEntry, HoldRegister } from './hold-register.js';
import { RegisterStore } from './register-store.js';

const ENTRY: HoldEntry = {
  ...{ entryId: 'entry', holdId: 'hold', matterId: 'matter', scope: terms('custodianId', 'c'), state: 'active', placedAtEpoch: 1, release: null },
};
const RELEASE = { releaseId: 'release', requestedBy: 'administrator', approvedBy: 'approver', reason: 'over', until: 1 };

let catalog: MemoryCatalogStore;
let registers: RegisterStore;
beforeEach(() => {
  catalog = new MemoryCatalogStore();
  registers = new RegisterStore(catalog);
});

describe('RegisterStore', () => {
  it('begins with an empty register, the same for all', async () => {
    const [one, other] = await Promise.all([registers.read(), new RegisterStore(catalog).read()]);
    expect(one).toEqual(other);
    expect(one.register).toMatchObject({ epoch: 0, suspended: null, rebuilding: null, entries: [], claims: [] });
  });

  it('changes by compare-and-set, an epoch each; the empty one proves and changes nothing', async () => {
    const read = await registers.read();
    const changed = await registers.replace(read, { entries: [ENTRY] });
    expect(changed!.register).toEqual({ ...read.register, epoch: 1, entries: [ENTRY] });
    expect(await registers.replace(read, { entries: [] })).toBeNull();
    expect(await registers.prove(read)).toBeNull();
    const proven = await registers.prove(changed!);
    expect(proven!.register).toEqual(changed!.register);
    expect(proven!.version).not.toBe(changed!.version);
    expect(await registers.prove(changed!)).toBeNull();
    expect(await registers.read()).toEqual(proven);
  });

  it('loses no change of many that come at once', async () => {
    const add = (batchId: string) => registers.change(({ claims, epoch }) => ({ claims: [...claims, { batchId, claimedAtEpoch: epoch + 1 }] }));
    await Promise.all(Array.from({ length: 20 }, (_, index) => add(`batch ${index}`)));
    const { register } = await registers.read();
    expect(register.epoch).toBe(20);
    expect(new Set(register.claims.map(({ batchId }) => batchId)).size).toBe(20);
  });

  it.each<[what: string, damaged: (register: HoldRegister) => unknown]>([
    ['no register', () => 'register'],
    ['a member that it does not know', (register) => ({ ...register, walls: [] })],
    ['a member missing', ({ claims: _claims, ...rest }) => rest],
    ['a state that it does not know', (register) => ({ ...register, entries: [{ ...ENTRY, state: 'frozen' }] })],
    ['a field that it does not know', (register) => ({ ...register, entries: [{ ...ENTRY, scope: terms('tag' as 'id', 'x') }] })],
    ['a condition that it does not know', (register) => ({ ...register, entries: [{ ...ENTRY, scope: { kind: 'text', key: 'x' } }] })],
    ['a condition with more in it than it knows', (register) => ({ ...register, entries: [{ ...ENTRY, scope: { ...ENTRY.scope, fuzzy: true } }] })],
    ['such a condition inside another', (register) => ({ ...register, entries: [{ ...ENTRY, scope: { kind: 'not', node: { kind: 'or', nodes: [{ kind: 'all', but: 1 }] } } }] })],
    ['a scope that is nothing', (register) => ({ ...register, entries: [{ ...ENTRY, scope: null }] })],
    ['a release that is none', (register) => ({ ...register, entries: [{ ...ENTRY, state: 'release_pending' }] })],
    ['an active entry with a release', (register) => ({ ...register, entries: [{ ...ENTRY, release: RELEASE }] })],
    ['two entries of one id', (register) => ({ ...register, entries: [ENTRY, ENTRY] })],
    ['a claim of no epoch', (register) => ({ ...register, claims: [{ batchId: 'batch', claimedAtEpoch: -1 }] })],
  ])('takes no register with %s', async (_what, damaged) => {
    const { register } = await registers.read();
    catalog.replaceAll('hold-register', [['register', damaged(register)]]);
    await expect(registers.read()).rejects.toMatchObject({ code: 'HOLD_REGISTER_UNREADABLE' });
    await expect(registers.change(() => ({ claims: [] }))).rejects.toMatchObject({ code: 'HOLD_REGISTER_UNREADABLE' });
  });

  it('writes nothing that could not be read again', async () => {
    const read = await registers.read();
    await expect(registers.replace(read, { entries: [ENTRY, ENTRY] })).rejects.toThrow('two entries');
    expect(await registers.read()).toEqual(read);
  });
});
