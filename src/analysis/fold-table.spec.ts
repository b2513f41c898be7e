import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../../test/support/run-tool.js';
import { FOLDED_UNITS } from './fold-lookup.js';
import { VARIANTS } from './fold-table.js';

describe('fold table', () => {
  it('is what the script builds from the dictionaries', () => {
    const printed = execFileSync(process.execPath, [join(REPOSITORY, 'scripts/build-fold-table.mjs'), '--check'], { encoding: 'utf8' });
    expect(printed).toMatch(/as built|not compared/);
  });

  it('has small classes, each character in one', () => {
    const classes = VARIANTS.split(' ').map((members) => [...members]);
    expect(classes.length).toBeGreaterThan(3_900);
    expect(Math.max(...classes.map((members) => members.length))).toBeLessThanOrEqual(6);
    expect(new Set(classes.flat()).size).toBe(classes.flat().length);
  });

  it('leaves the units that engines and grams need alone', () => {
    const letters = [...'az09中台ㄱ가αя'].map((character) => character.charCodeAt(0));
    expect(letters.filter((unit) => FOLDED_UNITS[unit] !== unit)).toEqual([]);
  });
});
