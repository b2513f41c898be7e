import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { COPIES, ROOM_A, type Copy } from './cast.js';
import { RunningWorld } from './running-world.js';

// 10: what was read may be old, and may never be committed. Each of these schedules is the one that a certain missing proof needs.

let world: RunningWorld;
beforeEach(async () => void (world = await RunningWorld.create()));
afterEach(() => world.end());

const CLAIM = 'replace hold-register';
const REGISTER = 'get hold-register';

const copy = (name: string): Copy => COPIES.find((one) => one.name === name)!;

describe('a placing', () => {
  it('is not active by a register that was never committed, and does not show what is claimed', async () => {
    const first = await world.start('placer', (services) => services.place(ROOM_A, 'hold'));
    await first.past('replace hold-register', 'uncommitted');
    await first.finish();
    const disposer = await world.claimed();
    const again = await world.start('placer again', (services) => services.place(ROOM_A, 'hold'));
    await again.past('replace hold-register');
    await again.past(REGISTER, 'uncommitted');
    expect(await again.finish()).toBe('active');
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it('settles an item of which an old copy is read', async () => {
    const disposer = await world.claimed();
    const placer = await world.start('placer', (services) => services.place(ROOM_A, 'hold'));
    await placer.past('read', 'old');
    expect(await placer.finish()).toBe('active');
    await disposer.finish();
    expect(world.standing()).toBe('ABCD');
  });

  it('settles again where a touch was refused', async () => {
    const disposer = await world.claimed();
    const placer = await world.start('placer', (services) => services.place(ROOM_A, 'hold'));
    await placer.past('read');
    await placer.past('read', 'old');
    await placer.past('createStubs');
    expect(await placer.finish()).toBe('active');
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it('does not say active when it was released meanwhile', async () => {
    const disposer = await world.claimed();
    const placer = await world.start('placer', (services) => services.place(ROOM_A, 'hold'));
    await placer.past('put');
    await placer.until('replace hold-register');
    await world.done('releaser', (services) => services.release('hold'));
    expect(await placer.finish()).toBe('release_pending');
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it('is not said to be active after a recall that read what was never committed', async () => {
    const disposer = await world.claimed();
    const placer = await world.start('placer', (services) => services.place(ROOM_A, 'hold'));
    await placer.past('put');
    await placer.past('replace hold-register', 'uncommitted');
    await placer.finish();
    const recaller = await world.start('recaller', (services) => services.recall('hold'));
    await recaller.past('replace hold-register');
    await world.finishWith(recaller, REGISTER, 'uncommitted', 3);
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });
});

describe('a claim', () => {
  it('that its owner merely read is none', async () => {
    const disposer = await world.judged();
    await disposer.past(CLAIM, 'uncommitted');
    await disposer.past(REGISTER, 'uncommitted');
    await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it('that somebody who resumes merely read is none', async () => {
    const disposer = await world.judged();
    await disposer.past(CLAIM, 'uncommitted');
    disposer.kill();
    const resumer = await world.start('resumer', (services) => services.resume());
    await resumer.past(REGISTER, 'uncommitted');
    await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    await resumer.finish();
    expect(world.standing()).toBe('ABCD');
  });

  it('is judged by the holds of today when it is resumed, touched or not', async () => {
    const disposer = await world.claimed();
    disposer.kill();
    const placer = await world.start('placer', (services) => services.place(ROOM_A, 'hold'));
    await placer.until('put');
    await world.done('resumer', (services) => services.resume());
    expect(world.standing()).toBe('A');
    await placer.finish();
  });
});

describe('an import', () => {
  it('does not refuse by an old register what a hold covers', async () => {
    await world.done('disposer', (services) => services.dispose());
    await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    const importer = await world.start('importer', (services) => services.import([copy('A of phone')]));
    await importer.past(REGISTER, 'old');
    await importer.finish();
    expect(world.standing()).toBe('A');
  });

  it('does not refuse by a stub that was never committed', async () => {
    const disposer = await world.claimed();
    await disposer.step('uncommitted');
    const importer = await world.start('importer', (services) => services.import([copy('A of company')]));
    await importer.past('read', 'uncommitted');
    await importer.past('readStubs', 'uncommitted');
    await importer.finish();
    await disposer.finish();
    expect(world.standing()).toBe('ABCD');
  });
});

describe('a rule', () => {
  it('that was never taken back keeps, whoever tried to', async () => {
    await world.done('lawyer', (services) => services.retain('retain', ROOM_A));
    const other = await world.start('other lawyer', (services) => services.retire('retain'));
    await other.past('replace retention', 'uncommitted');
    await other.finish();
    const disposer = await world.start('disposer', (services) => services.dispose());
    await world.finishWith(disposer, 'get retention', 'uncommitted', 4);
    expect(world.standing()).toBe('A');
  });
});

describe('a release', () => {
  it('does not end before the time that was committed', async () => {
    await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    const releaser = await world.start('releaser', (services) => services.release('hold'));
    await releaser.past('replace hold-register', 'uncommitted');
    await releaser.finish();
    world.days(20);
    await world.done('approver', (services) => services.approveRelease('hold'));
    world.days(20);
    const ender = await world.start('ender', (services) => services.completeReleases());
    await ender.past(REGISTER, 'uncommitted');
    await ender.finish();
    await world.done('disposer', (services) => services.dispose());
    expect(world.standing()).toBe('A');
  });

  it('that is called back while it is being approved does not begin', async () => {
    await world.done('placer', async (services) => {
      await services.place(ROOM_A, 'hold');
      await services.requestRelease('hold');
    });
    const approver = await world.start('approver', (services) => services.approveRelease('hold'));
    await approver.until('replace hold-register');
    await world.done('recaller', (services) => services.recall('hold'));
    expect(await approver.finish()).toMatchObject({ code: 'NOT_FOUND' });
    expect(world.holdStates()).toEqual(['active']);
  });

  it('is not approved by a request that was called back', async () => {
    await world.done('placer', async (services) => {
      await services.place(ROOM_A, 'hold');
      await services.requestRelease('hold');
      await services.recall('hold');
    });
    const approver = await world.start('approver', (services) => services.approveRelease('hold'));
    world.lag(1);
    await world.finishWith(approver, 'get hold hold', 'old', 1);
    expect(world.holdStates()).toEqual(['active']);
  });
});
