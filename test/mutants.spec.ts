import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './support/run-tool.js';

interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly suite: string;
}

const FOLDER = join(REPOSITORY, 'test/mutants');

/** Mutants run on request only: code that moves would leave them behind unnoticed. */
describe('every mutant has its place in the code', () => {
  it.each(readdirSync(FOLDER))('%s', async (list) => {
    const { default: mutants } = (await import(join(FOLDER, list))) as { readonly default: readonly Mutant[] };
    const lost = mutants.filter(({ file, find, replace, suite }) => {
      const isThere = existsSync(join(REPOSITORY, file)) && existsSync(join(REPOSITORY, suite));
      return !isThere || find === replace || readFileSync(join(REPOSITORY, file), 'utf8').split(find).length !== 2;
    });
    expect(lost.map(({ name }) => name)).toEqual([]);
  });
});
