import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { outsideBounds } from './corpus-statistics.js';
import { generate, type GeneratedCorpus } from './generate.js';
import { cutSearches, SHAPES } from './literals.js';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-generate-'));
const MESSAGES = 3000;

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function generated(seed: number): { corpus: GeneratedCorpus; bytes: Buffer } {
  const file = join(directory, `${seed}.jsonl`);
  return { corpus: generate({ file, messages: MESSAGES, seed }), bytes: readFileSync(file) };
}

describe('generate', () => {
  it('gives the same bytes for the same seed and other bytes for another', () => {
    const hash = (seed: number): string => createHash('sha256').update(generated(seed).bytes).digest('hex');
    expect(hash(1)).toBe(hash(1));
    expect(hash(1)).not.toBe(hash(2));
  });

  it.each([1, 2, 2 ** 40])('stays within the bounds for seed %d', (seed) => {
    const { corpus, bytes } = generated(seed);
    expect(outsideBounds(corpus.statistics)).toEqual([]);
    const records = bytes
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; text: string; custodianIds: string[] });
    expect(new Set(records.map((record) => record.id)).size).toBe(MESSAGES);
    expect(records.every((record) => record.text !== '' && record.custodianIds.length > 0)).toBe(true);
  });

  it('samples messages that stand in the archive, from all of it', () => {
    const { corpus, bytes } = generated(3);
    const texts = new Set(
      bytes
        .toString('utf8')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { text: string }).text),
    );
    expect(corpus.sample.every((message) => texts.has(message.text))).toBe(true);
  });

  it.each(SHAPES)('cuts different searches of the shape %s', (shape) => {
    const { corpus } = generated(4);
    const searches = cutSearches(corpus.sample, shape, 50, 4).map((search) => JSON.stringify(search));
    expect(new Set(searches).size).toBe(50);
  });
});
