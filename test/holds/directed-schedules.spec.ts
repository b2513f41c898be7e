import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HoldfastError } from '../../src/errors/errors.js';
import { ANNA, BEN, COPIES, EVERYTHING, RECALLED, ROOM_A, ROOM_A_OR_B, type Copy } from './cast.js';
import { RunningWorld } from './running-world.js';

// The schedules that the protocol names, by number; 14 is left out, since no directory of people exists; 16 is with the
// blobs, 19 with restoring.

let world: RunningWorld;
beforeEach(async () => void (world = await RunningWorld.create()));
afterEach(() => world.end());

const INTENDED = 'create audit-block';

const copy = (name: string): Copy => COPIES.find((one) => one.name === name)!;

describe('a hold and a run', () => {
  it('1: a hold placed between reading and claiming makes the run begin again', async () => {
    const disposer = await world.judged();
    await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it('2: a hold placed between claiming and erasing keeps what it covers, and lets the rest go', async () => {
    const disposer = await world.claimed();
    await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it('1: and what it only may cover stays too', async () => {
    await world.done('placer', (services) => services.place(BEN, 'hold'));
    await world.done('disposer', (services) => services.dispose());
    // Nobody knows whose C is.
    expect(world.standing()).toBe('C');
  });

  it('3: an erase that lands when its claim is long gone finds nothing to destroy', async () => {
    const disposer = await world.claimed();
    await disposer.step('late');
    await disposer.finish();
    await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    expect(world.standing()).toBe('ABCD');
    await world.land();
    expect(world.standing()).toBe('ABCD');
  });

  it('4: an owner that wakes up after its claim was dropped destroys nothing', async () => {
    const disposer = await world.claimed();
    await world.done('dropper', (services) => services.drop());
    await world.done('placer', (services) => services.place(ANNA, 'hold'));
    await disposer.finish();
    expect(world.standing()).toBe('ABCD');
  });

  it('4: nor one whose audit entry lands then', async () => {
    const disposer = await world.judged();
    await disposer.step();
    await world.done('dropper', (services) => services.drop());
    await world.done('placer', (services) => services.place(ANNA, 'hold'));
    await disposer.finish();
    expect(world.standing()).toBe('ABCD');
  });

  it('5: two who resume and the owner end in one certificate', async () => {
    const owner = await world.claimed();
    const others = [await world.start('first', (services) => services.resume()), await world.start('second', (services) => services.resume())];
    for (const other of others) await other.until('erase');
    await others[0]!.step();
    await owner.step();
    await others[1]!.finish();
    await owner.finish();
    await others[0]!.finish();
    expect(world.standing()).toBe('');
    expect(world.world.catalog.all('disposition-certificate')).toHaveLength(1);
  });

  it('6: whoever resumes finishes what a run left at any of its steps', async () => {
    for (let steps = 0, isThrough = false; !isThrough; steps += 1) {
      for (const resumers of [1, 2]) {
        const of = await RunningWorld.create();
        const disposer = await of.start('disposer', (services) => services.dispose());
        for (let step = 0; step < steps && disposer.outcome === null; step += 1) await disposer.step();
        isThrough = disposer.outcome !== null;
        disposer.kill();
        const others = await Promise.all(Array.from({ length: resumers }, (_, index) => of.start(`resumer-${index}`, (services) => services.resume())));
        await of.inTurn(...others);
        expect({ steps, resumers, claims: of.register().claims }).toEqual({ steps, resumers, claims: [] });
        await of.end();
      }
    }
  });

  it.each(['lost', 'unanswered', 'refused'] as const)('7: what is intended is in the audit before it happens, or nothing does (%s)', async (fate) => {
    const disposer = await world.judged();
    await disposer.step();
    await disposer.until(INTENDED);
    await disposer.step(fate);
    await disposer.finish();
    expect(world.standing()).toBe('');
  });

  it('7: nothing is erased when the audit takes no entry', async () => {
    const disposer = await world.judged();
    await disposer.step();
    for (let attempt = 0; attempt < 3; attempt += 1) await disposer.past(INTENDED, 'lost');
    await disposer.finish();
    expect(world.standing()).toBe('ABCD');
    expect(world.world.catalog.all<{ kept: { reason: string }[] }>('disposition-certificate')[0]!.value.kept.map(({ reason }) => reason)).toEqual(Array(4).fill('audit'));
  });

  it('8: a placing that was broken off anywhere is completed by another', async () => {
    for (let steps = 1, isThrough = false; !isThrough; steps += 1) {
      for (const next of ['complete', 'release', 'again'] as const) {
        const of = await RunningWorld.create();
        const disposer = await of.claimed();
        const placer = await of.start('placer', (services) => services.place(ANNA, 'hold'));
        for (let step = 0; step < steps && placer.outcome === null; step += 1) await placer.step();
        isThrough = placer.outcome !== null;
        const isKnown = of.holdStates().length > 0;
        const other = await of.start('other', async (services) => {
          if (next === 'complete') await services.completeHolds();
          else if (next === 'again') await services.place(ANNA, 'hold');
          else if (isKnown) await services.release('hold').then(() => services.recall('hold'));
        });
        await other.finish();
        await disposer.finish();
        await placer.finish();
        expect({ steps, next, states: of.holdStates() }).toEqual({ steps, next, states: ['active'] });
        await of.end();
      }
    }
  });

  it('9: a touch that fails is told, and what was begun is finished later', async () => {
    const disposer = await world.claimed();
    const placer = await world.start('placer', (services) => services.place(ROOM_A, 'hold'));
    await placer.past('put', 'lost');
    expect(await placer.finish()).toMatchObject({ code: 'HOLD_PLACING', facts: { holdId: 'hold' } });
    expect(world.holdStates()).toEqual(['placing']);
    await world.done('placer again', (services) => services.place(ROOM_A, 'hold'));
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });
});

describe('messages that arrive', () => {
  it('11: a merge that makes a claimed message match keeps it', async () => {
    const disposer = await world.claimed();
    await world.done('placer', (services) => services.place(BEN, 'hold'));
    await world.done('importer', (services) => services.import([copy('A of company')]));
    await disposer.finish();
    // Nobody knows whose C is: it is held as well.
    expect(world.standing()).toBe('AC');
  });

  it('11: one that comes after the erase brings back what the hold covers', async () => {
    const disposer = await world.claimed();
    await disposer.step();
    await world.done('placer', (services) => services.place(BEN, 'hold'));
    await world.done('importer', (services) => services.import([copy('A of company'), copy('B of phone')]));
    expect(world.outcomes()).toEqual(['reintroduced', 'disposed']);
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it.each([false, true])('12: a destroyed message that comes between erase and certificate is refused, unless a hold covers it (held: %s)', async (isHeld) => {
    const disposer = await world.claimed();
    await disposer.step();
    if (isHeld) await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    const importers = [
      await world.start('importer', (services) => services.import([copy('A of phone')])),
      await world.start('other importer', (services) => services.import([copy('A of phone'), copy('A of company')])),
    ];
    await world.inTurn(...importers);
    disposer.kill();
    await world.done('resumer', (services) => services.resume());
    expect(world.standing()).toBe(isHeld ? 'A' : '');
    expect(new Set(world.outcomes()).has('disposed')).toBe(!isHeld);
    await world.done('late importer', (services) => services.import([copy('A of recall'), copy('B of phone')]));
    expect(world.standing()).toBe(isHeld ? 'A' : '');
  });

  it('13: of two batches that claim one message, one certifies it', async () => {
    const first = await world.start('first', (services) => services.dispose());
    const second = await world.start('second', (services) => services.dispose());
    // both approve before either runs, since a run finishes what it finds claimed
    for (const disposer of [first, second]) await disposer.past('create disposition-batch');
    for (const disposer of [first, second]) await disposer.until('erase');
    await second.step();
    await first.finish();
    await second.finish();
    expect(world.standing()).toBe('');
  });
});

describe('bytes', () => {
  it('17: go with their message, also when its batch is finished after it is gone', async () => {
    const disposer = await world.claimed();
    await disposer.step();
    await disposer.until('release bytes');
    disposer.kill();
    expect([...world.world.witness.released]).toEqual([]);
    await world.done('resumer', (services) => services.resume());
    expect([...world.world.witness.released]).toEqual(['reference-of-a']);
  });

  it('17: and stay with one that stays', async () => {
    const disposer = await world.claimed();
    await world.done('placer', (services) => services.place(ROOM_A, 'hold'));
    await disposer.finish();
    expect([...world.world.witness.released]).toEqual([]);
  });
});

describe('an archive that is made anew', () => {
  it('18: is not begun while a batch is claimed', async () => {
    const disposer = await world.claimed();
    expect(await world.done('rebuilder', (services) => services.rebuild())).toMatchObject({ code: 'DISPOSITION_UNDER_WAY' });
    await disposer.finish();
    await world.done('rebuilder again', async (services) => (await services.rebuild()).leave());
    expect(world.standing()).toBe('');
    expect(world.register().rebuilding).toBeNull();
  });

  it('18: and keeps batches from being claimed until it is done', async () => {
    const disposer = await world.judged();
    const rebuilder = await world.start('rebuilder', async (services) => (await services.rebuild()).leave());
    await rebuilder.past('replace hold-register');
    expect(await disposer.finish()).toBeInstanceOf(HoldfastError);
    expect(world.standing()).toBe('ABCD');
    await rebuilder.finish();
    await world.done('disposer again', (services) => services.dispose());
    expect(world.standing()).toBe('');
  });

  it('19: nothing is destroyed while disposition is suspended, by whoever began before', async () => {
    const owner = await world.judged();
    const other = await world.start('other', (services) => services.dispose());
    await other.past('create disposition-batch');
    await other.past('replace hold-register');
    other.kill();
    await world.done('restorer', (services) => services.suspend());
    expect(await owner.finish()).toMatchObject({ code: 'DISPOSITION_SUSPENDED' });
    await world.done('resumer', (services) => services.resume());
    expect(world.standing()).toBe('ABCD');
    expect(world.register().claims).toEqual([]);
    await world.done('restorer again', (services) => services.acknowledge());
    await world.done('disposer', (services) => services.dispose());
    expect(world.standing()).toBe('');
  });
});

describe('rules and releases', () => {
  it('15: a rule that keeps longer, made between claiming and erasing, is in force when it is answered', async () => {
    const disposer = await world.claimed();
    await world.done('lawyer', (services) => services.retain('retain', ROOM_A));
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it('15: and one made between judging and claiming makes the run judge again', async () => {
    const disposer = await world.judged();
    await world.done('lawyer', (services) => services.retain('retain', ROOM_A));
    await disposer.finish();
    expect(world.standing()).toBe('A');
  });

  it('15: and is not overlooked by whoever reads an old copy of the rules', async () => {
    await world.done('lawyer', (services) => services.retain('retain', ROOM_A));
    const disposer = await world.start('disposer', (services) => services.dispose());
    await world.finishWith(disposer, 'get retention', 'old', 3);
    expect(world.standing()).toBe('A');
  });

  it('15: nor by a run that has judged its next part already', async () => {
    const proposalId = await world.world.propose(1);
    const disposer = await world.start('disposer', (services) => services.run(proposalId));
    await disposer.past('create disposition-batch');
    await disposer.past('erase A');
    await world.done('lawyer', (services) => services.retain('retain', ROOM_A_OR_B));
    await world.done('placer', (services) => services.place(RECALLED, 'hold'));
    await world.done('importer', (services) => services.import([copy('C of recall')]));
    await disposer.finish();
    // C is not what was agreed to any more.
    expect(world.standing()).toBe('BC');
  });

  it('20: a released hold binds until it has cooled off, and one that was called back goes on', async () => {
    await world.done('placer', async (services) => {
      await services.place(ROOM_A, 'first');
      await services.place(ROOM_A_OR_B, 'second');
      await services.release('first');
      await services.completeReleases();
    });
    await world.done('disposer', (services) => services.dispose());
    expect(world.standing()).toBe('AB');
    world.days(31);
    await world.done('releaser', async (services) => {
      await services.completeReleases();
      await services.release('second');
      await services.recall('second');
    });
    world.days(31);
    await world.done('releaser again', (services) => services.completeReleases());
    await world.done('disposer again', (services) => services.dispose());
    expect(world.standing()).toBe('AB');
    await world.done('last releaser', async (services) => services.release('second'));
    await world.done('disposer meanwhile', (services) => services.dispose());
    expect(world.standing()).toBe('AB');
    world.days(31);
    await world.done('the very last', (services) => services.completeReleases());
    await world.done('last disposer', (services) => services.dispose());
    expect(world.standing()).toBe('');
  });

  it('20: a message that two holds cover stays when one of them is released', async () => {
    const disposer = await world.claimed();
    await world.done('placer', async (services) => {
      await services.place(EVERYTHING, 'everything');
      await services.place(ROOM_A, 'room');
      await services.release('everything');
    });
    world.days(31);
    await world.done('releaser', (services) => services.completeReleases());
    await disposer.finish();
    expect(world.standing()).toBe('ABCD');
    await world.done('disposer again', (services) => services.dispose());
    expect(world.standing()).toBe('A');
  });
});
