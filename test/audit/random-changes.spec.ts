import { describe, expect, it } from '@jest/globals';
import { SigningKey } from '../../src/audit/signing-key.js';
import { ExportCheck } from '../../src/audit/verify-export.js';
import { chainOf, checkpointOf, exportOf } from '../support/audit-chain.js';
import { mutateExport, MUTATIONS } from '../support/mutate-export.js';
import { Random } from '../support/random.js';
import { scaled } from '../support/scale.js';

describe('random changes of an exported audit', () => {
  const key = SigningKey.generate(null);
  const count = scaled(100_000);

  it(`show, each of ${count}, given a checkpoint`, () => {
    const random = new Random(20260101);
    const logs = random.times(40, () => chainOf(random.times(random.between(1, 16), () => random.between(1, 4))));
    const originals = logs.map((log) => ({ blocks: log, bytes: Buffer.from(exportOf(log)), checkpoint: checkpointOf(log, key) }));
    const undetected: string[] = [];
    const counts = Object.fromEntries(MUTATIONS.map((name) => [name, 0]));
    for (let [round, changes] = [0, 0]; changes < count; round += 1) {
      const original = random.pick(originals);
      const mutation = MUTATIONS[round % MUTATIONS.length]!;
      const bytes = mutateExport(mutation, original.blocks, random);
      if (bytes.equals(original.bytes)) continue;
      changes += 1;
      counts[mutation]! += 1;
      const check = new ExportCheck([original.checkpoint], null);
      check.push(bytes);
      if (check.end().problems.length === 0) undetected.push(`${mutation}, round ${round}`);
    }
    console.log(`${count} changes of exports (${JSON.stringify(counts)}), seed ${random.seed}: ${undetected.length} not shown`);
    expect(undetected).toEqual([]);
    for (const name of MUTATIONS) expect(counts[name]).toBeGreaterThan(count / MUTATIONS.length / 4);
  }, 1_200_000);
});
