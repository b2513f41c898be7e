import { fold } from '../src/analysis/fold.js';
import type { SampledMessage } from './generate.js';
import { Random } from './random.js';

/** A text whose messages can be guessed from the sample, with the share of messages it should hit. */
export interface BroadText {
  readonly text: string;
  readonly share: number;
}

const BROAD_CHARACTERS = 40;
const HAN = /^\p{Script=Han}$/u;
const BREAK = /[^\p{Script=Han}]+/u;

/**
 * Searches that should hit about `share` of all messages: half of them single characters, half two characters joined by OR.
 */
export function broadTexts(sample: readonly SampledMessage[], share: number, count: number): BroadText[] {
  const found = new Map<string, Set<number>>();
  sample.forEach((message, index) => {
    for (const character of fold(message.text)) {
      if (!HAN.test(character)) continue;
      const indexes = found.get(character) ?? new Set();
      found.set(character, indexes.add(index));
    }
  });
  const characters = [...found].sort((left, right) => right[1].size - left[1].size);
  const singles = characters.map(([text, indexes]) => ({ text, share: indexes.size / sample.length }));
  const pairs: BroadText[] = [];
  const frequent = characters.slice(0, BROAD_CHARACTERS);
  for (const [left, leftIndexes] of frequent) {
    for (const [right, rightIndexes] of frequent) {
      if (left < right) pairs.push({ text: `${left} OR ${right}`, share: new Set([...leftIndexes, ...rightIndexes]).size / sample.length });
    }
  }
  const nearest = (texts: readonly BroadText[]): BroadText[] =>
    [...texts].sort((left, right) => Math.abs(left.share - share) - Math.abs(right.share - share)).slice(0, Math.ceil(count / 2));
  return [...nearest(singles), ...nearest(pairs)];
}

/** Terms as a case team would list them: runs of 2 to 6 Han characters or whole Latin words, numbers and names; all different. */
export function naturalTerms(sample: readonly SampledMessage[], count: number, seed: number): string[] {
  const random = new Random(seed, 30);
  const terms = new Set<string>();
  for (let attempt = 0; terms.size < count && attempt < count * 1000; attempt += 1) {
    const { text } = random.pick(sample);
    const term = random.chance(0.75)
      ? hanTerm(text, random)
      : random.pick(text.match(/[A-Za-z0-9][A-Za-z0-9@._-]{2,}[A-Za-z0-9]/g) ?? ['']);
    if (term !== '') terms.add(term);
  }
  if (terms.size < count) throw new Error(`only ${terms.size} different terms could be found`);
  return [...terms];
}

/** Pasted paragraphs of exactly `length` code points. */
export function paragraphs(sample: readonly SampledMessage[], length: number, count: number, seed: number): string[] {
  const random = new Random(seed, 31);
  return Array.from({ length: count }, () => {
    const points: string[] = [];
    while (points.length < length) points.push(...random.pick(sample).text, '\n');
    return points.slice(0, length).join('');
  });
}

function hanTerm(text: string, random: Random): string {
  const run = Array.from(random.pick(text.split(BREAK)));
  if (run.length < 2) return '';
  const length = Math.min(run.length, random.between(2, 6));
  const start = random.below(run.length - length + 1);
  return run.slice(start, start + length).join('');
}
