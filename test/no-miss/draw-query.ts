import type { Random } from '../support/random.js';
import { makeText } from './adversarial-text.js';
import { disguise } from './disguise.js';
import { graphemes } from './equality.js';
import type { OracleDocument } from './oracle.js';

// Imports nothing from `src/`.

export interface DrawnQuery {
  /** What is searched for. */
  readonly asked: string;
  /** The same as it is written in a stored text: who asks must get its hits too. */
  readonly meant: string;
}

/** In characters as a reader sees them. Short ones are asked for most, and go wrong most. */
const LENGTHS = [1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 8, 8, 15, 30, 100];

/** A piece of a stored text, cut on grapheme boundaries, half of the time spelled another way: it has a hit at least. */
export function drawPresent(random: Random, documents: readonly OracleDocument[]): DrawnQuery {
  const seen = graphemes(random.pick(random.pick(documents).texts));
  const piece = cut(random, seen, random.pick(LENGTHS));
  return { asked: random.chance(0.5) ? disguise(piece, random) : piece, meant: piece };
}

/** A text that looks as if it were stored: mostly it is not, or elsewhere than expected. */
export function drawDoubtful(random: Random, documents: readonly OracleDocument[], alphabet: readonly string[]): DrawnQuery {
  const texts = random.pick(documents).texts;
  const seen = graphemes(random.pick(texts));
  const pieces = graphemes(cut(random, seen, random.pick(LENGTHS)));
  const at = random.below(pieces.length);
  const changes = [
    (): string => makeText(random, alphabet, random.between(1, 6)),
    (): string => pieces.with(at, random.pick(alphabet)).join(''),
    (): string => pieces.toSpliced(at, 1).join(''),
    (): string => pieces.toSpliced(at, 0, random.pick(alphabet)).join(''),
    (): string => [...pieces.slice(0, at), ...pieces.slice(at).reverse()].join(''),
    // From the end of one text into the beginning of another: nothing of the kind was ever written.
    (): string => cutEnd(random, texts) + cutBegin(random, texts),
    (): string => pieces.join('') + cut(random, graphemes(random.pick(random.pick(documents).texts)), 2),
  ];
  const asked = random.pick(changes)();
  return { asked, meant: asked };
}

function cut(random: Random, seen: readonly string[], length: number): string {
  const size = Math.min(length, seen.length);
  const start = random.below(seen.length - size + 1);
  return seen.slice(start, start + size).join('');
}

function cutEnd(random: Random, texts: readonly string[]): string {
  return graphemes(random.pick(texts)).slice(-random.between(1, 3)).join('');
}

function cutBegin(random: Random, texts: readonly string[]): string {
  return graphemes(random.pick(texts)).slice(0, random.between(1, 3)).join('');
}
