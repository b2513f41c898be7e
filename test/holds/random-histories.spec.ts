import { describe, expect, it } from '@jest/globals';
import { scaled } from '../support/scale.js';
import { runHistories } from './run-histories.js';
import { World } from './world.js';

describe('holds against destruction', () => {
  it('keeps every promise in every order of calls, with every fault', async () => {
    const erased = await runHistories(scaled(10_000), (random) => World.create(random));
    expect(erased).toBeGreaterThan(0);
  }, 600_000);
});
