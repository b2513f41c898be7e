import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IndexEraser } from '../../src/engine/index-eraser.js';
import { onEveryEngine, type OpenEngine } from '../contract/engines.js';
import { scaled } from '../support/scale.js';
import { PartOfCatalog } from './part-of-catalog.js';
import { runHistories } from './run-histories.js';
import { World } from './world.js';

onEveryEngine('histories of holds on $name', (kind) => {
  let directory: string;
  let open: OpenEngine;
  let eraser: IndexEraser;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-holds-'));
    open = await kind.open(directory);
    eraser = await kind.openEraser(directory);
  }, 60_000);
  afterAll(async () => {
    await eraser.close();
    await open.close();
    await kind.remove(directory);
    rmSync(directory, { recursive: true });
  });

  it('keep every promise', async () => {
    const erased = await runHistories(scaled(1_000), (random, seed) => {
      const catalog = new PartOfCatalog(open.catalog, `h${seed}.`);
      return World.create(random, { writer: open.writer, eraser, catalog, close: async () => {} });
    });
    expect(erased).toBeGreaterThan(0);
  }, 3_600_000);
});
