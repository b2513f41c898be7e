import { HoldfastError } from '../../src/errors/errors.js';
import type { Random } from '../support/random.js';
import { BEN, COPIES, RECALLED, ROOM_A, ROOM_A_OR_B, SCOPES, type Scope } from './cast.js';
import type { Services } from './services.js';
import type { World } from './world.js';

const DAY = 86_400_000;

/** Scopes that leave something to be destroyed. */
const NARROW: readonly Scope[] = [ROOM_A, ROOM_A_OR_B, BEN, RECALLED];

/** Tries again what failed; a person would not for ever. */
async function persist(times: number, act: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await act();
      return;
    } catch (error) {
      if (!(error instanceof HoldfastError) || attempt >= times) throw error;
    }
  }
}

type Program = (services: Services, random: Random, world: World) => Promise<void>;

const someScope = (random: Random): Scope => random.pick(random.chance(0.5) ? NARROW : SCOPES);

const place: Program = (services, random, world) => {
  const [scope, holdId] = [someScope(random), world.newHoldId()];
  return persist(3, () => services.place(scope, holdId));
};

const placeAndWiden: Program = async (services, random, world) => {
  const holdId = world.newHoldId();
  const [first, second] = [someScope(random), someScope(random)];
  await persist(3, () => services.place(first, holdId));
  await persist(3, () => services.widen(second, holdId));
};

/** Places a hold, has it released, perhaps thinks better of it, and perhaps waits long enough. */
const placeAndRelease: Program = async (services, random, world) => {
  const [scope, holdId] = [someScope(random), world.newHoldId()];
  await persist(3, () => services.place(scope, holdId));
  await persist(2, () => services.release(holdId));
  if (random.chance(0.4)) await persist(2, () => services.recall(holdId));
  if (random.chance(0.6)) world.scheduler.time += 31 * DAY;
  await persist(2, () => services.completeReleases());
  if (random.chance(0.5)) await persist(3, () => services.place(scope, world.newHoldId()));
};

const completeHolds: Program = (services) => persist(2, () => services.completeHolds());

/** Carries out what was agreed to before the history began, and perhaps proposes more. */
const run: Program = async (services, random, world) => {
  await persist(3, () => services.run(world.proposalId));
  if (random.chance(0.5)) await persist(2, () => services.dispose());
};

const dispose: Program = (services) => persist(2, () => services.dispose());

const resume: Program = (services) => persist(3, () => services.resume());

const bringIn: Program = async (services, random) => {
  for (let batches = random.between(1, 3); batches > 0; batches -= 1) {
    const copies = random.times(random.between(1, 2), () => random.pick(COPIES));
    await persist(3, () => services.import(copies));
  }
};

/** A rule that keeps more, and perhaps its end. */
const lengthen: Program = async (services, random) => {
  await persist(3, () => services.retain('retain', someScope(random)));
  if (random.chance(0.5)) await persist(2, () => services.retire('retain'));
};

const rebuild: Program = async (services, random) => {
  const rebuilding = await services.rebuild();
  if (random.chance(0.8)) await persist(3, () => rebuilding.leave());
};

const suspend: Program = async (services) => {
  await persist(2, () => services.suspend());
  await persist(3, () => services.acknowledge());
};

const drop: Program = (services) => persist(2, () => services.drop());

const PROGRAMS: Readonly<Record<string, Program>> = {
  ...{ run, dispose, resume, resume2: resume, place, place2: place, widen: placeAndWiden, release: placeAndRelease, complete: completeHolds },
  ...{ import: bringIn, import2: bringIn, lengthen, drop, rebuild, suspend },
};

/** Two to six programs of the cast, chosen by the seed. Each history has somebody who destroys. */
export async function drawPrograms(world: World, random: Random): Promise<void> {
  const names = new Set(['run', ...random.times(random.between(1, 5), () => random.pick(Object.keys(PROGRAMS)))]);
  world.proposalId = await world.propose(random.between(1, 4));
  for (const name of names) await world.start(name, (services) => PROGRAMS[name]!(services, random, world));
}
