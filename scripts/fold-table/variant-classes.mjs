import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One character a line, with its candidates: simplified, traditional, Taiwan, Hong Kong. */
const CHARACTER_FILES = [
  'STCharacters.txt',
  'TSCharacters.txt',
  'TSCharactersExt.txt',
  'TWVariants.txt',
  'TWVariantsRev.txt',
  'HKVariants.txt',
  'HKVariantsRev.txt',
];

/** Phrases spelled otherwise in one region, character by character; some variants (栢 of 柏 in names) stand only here. */
const SPELLING_FILES = ['HKVariantsPhrases.txt', 'HKVariantsRevPhrases.txt', 'TWVariantsPhrases.txt', 'TWVariantsRevPhrases.txt'];

/** Taiwan writes 著 for both; Hong Kong writes 甚麼 for 什么. OpenCC has the second as phrases only. */
const OWN_PAIRS = [
  ['着', '著'],
  ['什', '甚'],
];

/**
 * The classes of characters that write the same in some region, by union-find over every candidate. The first of a class
 * stands for it: of those that simplified text uses the one most frequent in the segmenter's own word list.
 */
export function variantClasses(dictionaryFolder, wordListFile) {
  const parents = new Map();
  const traditional = new Set();
  for (const file of CHARACTER_FILES) {
    for (const [from, candidates] of readDictionary(join(dictionaryFolder, file))) {
      for (const to of candidates) unite(parents, from, to);
      if (file === 'TSCharacters.txt' && !candidates.includes(from)) traditional.add(from.normalize('NFKD'));
    }
  }
  for (const file of SPELLING_FILES) {
    for (const [from, candidates] of readDictionary(join(dictionaryFolder, file))) {
      for (const to of candidates) uniteByPosition(parents, [...from], [...to]);
    }
  }
  for (const [from, to] of OWN_PAIRS) unite(parents, from, to);
  const frequency = characterFrequency(wordListFile);
  const rank = (character) => (traditional.has(character) ? -1 : (frequency.get(character) ?? 0));
  const inOrder = (left, right) => rank(right) - rank(left) || left.codePointAt(0) - right.codePointAt(0);
  return group(parents)
    .map((members) => members.sort(inOrder))
    .sort((left, right) => left[0].codePointAt(0) - right[0].codePointAt(0));
}

function readDictionary(file) {
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [key, candidates] = line.split('\t');
    return [key, candidates.split(' ')];
  });
}

function uniteByPosition(parents, from, to) {
  if (from.length === to.length) from.forEach((character, index) => unite(parents, character, to[index]));
}

function unite(parents, left, right) {
  const [leftRoot, rightRoot] = [left, right].map((character) => rootOf(parents, character.normalize('NFKD')));
  if (leftRoot !== rightRoot) parents.set(leftRoot, rightRoot);
}

function rootOf(parents, character) {
  if ([...character].length !== 1) throw new Error(`not one character: ${character}`);
  let root = character;
  while (parents.has(root) && parents.get(root) !== root) root = parents.get(root);
  parents.set(character, root);
  return root;
}

function group(parents) {
  const groups = new Map();
  for (const character of parents.keys()) {
    const root = rootOf(parents, character);
    groups.set(root, [...(groups.get(root) ?? []), character]);
  }
  return [...groups.values()].filter((members) => members.length > 1);
}

function characterFrequency(wordListFile) {
  const frequency = new Map();
  for (const line of readFileSync(wordListFile, 'utf8').split('\n')) {
    const [word, count] = line.split(' ');
    for (const character of new Set(word)) frequency.set(character, (frequency.get(character) ?? 0) + Number(count ?? 0));
  }
  return frequency;
}
