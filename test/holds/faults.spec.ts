import { describe, expect, it } from '@jest/globals';
import { FIRST_COPIES, messageOf } from './cast.js';
import { drawPrograms } from './draw-programs.js';
import { runHistory } from './random-history.js';
import type { Fate } from './scheduler.js';
import type { Services } from './services.js';
import { World } from './world.js';

const ID = messageOf('A').id;

type Program = (services: Services) => Promise<unknown>;

/** What a write answers, what those who read with each fate see afterwards, and what is seen when nothing is under way any more. */
async function after(world: World, fate: Fate, write: Program, read: Program): Promise<object> {
  const writer = await world.start('writer', write);
  await writer.step(fate);
  const seen = async (how: Fate): Promise<unknown> => {
    const reader = await world.start('reader', read);
    await reader.step(how);
    return reader.outcome;
  };
  const before = { plain: await seen('plain'), old: await seen('old'), uncommitted: await seen('uncommitted') };
  for (const process of world.scheduler.processes) if (process.name.startsWith('late')) await process.step();
  return { answer: writer.outcome, ...before, later: await seen('plain') };
}

const answered = (value: unknown) => ({ value });
const NO_ANSWER = answered(expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' }));

/** What is seen after a write that makes `new` of `old`; `no`: what a refused one answers. */
const cases = (now: unknown, was: unknown, yes: unknown, no: unknown): [Fate, object][] => {
  const [seenNow, seenWas] = [answered(now), answered(was)];
  return [
    ['plain', { answer: answered(yes), plain: seenNow, old: seenWas, uncommitted: seenNow, later: seenNow }],
    ['unanswered', { answer: NO_ANSWER, plain: seenNow, old: seenWas, uncommitted: seenNow, later: seenNow }],
    ['lost', { answer: NO_ANSWER, plain: seenWas, old: seenWas, uncommitted: seenWas, later: seenWas }],
    ['late', { answer: NO_ANSWER, plain: seenWas, old: seenWas, uncommitted: seenWas, later: seenNow }],
    ['refused', { answer: answered(no), plain: seenNow, old: seenWas, uncommitted: seenNow, later: seenNow }],
    ['uncommitted', { answer: NO_ANSWER, plain: seenWas, old: seenWas, uncommitted: seenNow, later: seenWas }],
  ];
};

describe('a fault does what it says', () => {
  it.each(cases('new', 'old', 'new', null))('in the catalog: %s', async (fate, expected) => {
    const world = await World.create();
    const made = await world.start('maker', ({ catalog }) => catalog.create('matter', 'm', 'old'));
    const { version } = (await made.finish()) as { version: string };
    const write: Program = async ({ catalog }) => (await catalog.replace('matter', 'm', version, 'new'))?.value ?? null;
    expect(await after(world, fate, write, async ({ catalog }) => (await catalog.get('matter', 'm'))?.value ?? null)).toEqual(expected);
  });

  it.each(cases(false, true, 'erased', 'conflict'))('in the engine: %s', async (fate, expected) => {
    const world = await World.create();
    world.scheduler.lag = 1;
    // The message has had one state before, and a lag of one is that.
    const toucher = await world.start('toucher', async ({ writer }) => {
      const [found] = await writer.read([ID]);
      const [written] = await writer.put([{ prepared: FIRST_COPIES[0]!.prepared, expected: found!.version }]);
      return written!.outcome === 'written' ? written!.version : '';
    });
    const version = String(await toucher.finish());
    const write: Program = async ({ eraser }) => (await eraser.erase([{ id: ID, version }], 'batch'))[0]!.outcome;
    expect(await after(world, fate, write, async ({ writer }) => (await writer.read([ID]))[0] !== null)).toEqual(expected);
  });
});

it('a seed gives one history', async () => {
  const [one, other] = await Promise.all([7, 7].map((seed) => runHistory(seed, (random) => World.create(random), drawPrograms)));
  const named = (trace: readonly string[]): string[] => trace.map((line) => line.replace(/[0-9a-f-]{36}|[0-9a-z]{14}/g, 'id'));
  expect(named(one!.trace)).toEqual(named(other!.trace));
});
