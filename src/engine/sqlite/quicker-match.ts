import { literalGrams } from '../../analysis/grams.js';
import type { LiteralNode } from '../../query/ast.js';
import { anyColumn } from './compile-text.js';
import type { TextSample } from './text-sample.js';

/*
 * What the ways of finding a literal cost, in nanoseconds; measured on a million messages. A phrase compares the places of
 * all its grams in every message that has them; an AND passes over them; a candidate is read and compared.
 */
const PHRASE_POSTING = 10;
const AND_POSTING = 5;
const CANDIDATE = 1_300;
/** More grams than this hardly ever take off candidates. */
const MOST_CONDITIONS = 4;

/** Rows that may have all the literals; they must be compared with the text. */
export interface QuickerMatch {
  readonly expression: string;
  readonly keys: readonly string[];
}

interface Condition {
  readonly expression: string;
  readonly places: readonly number[];
}

/**
 * A quicker way to the rows that have all the literals (in any field) than the phrases of their grams: a few telling grams,
 * then the text itself. Null where the phrases are cheaper.
 */
export function quickerMatch(literals: readonly LiteralNode[], sample: TextSample): QuickerMatch | null {
  const grams = [...new Set(literals.flatMap(({ key }) => literalGrams(key)))];
  const isPhrase = literals.some(({ key }) => literalGrams(key).length > 1);
  if (!isPhrase) return null;
  const postings = (conditions: readonly Condition[]): number => conditions.reduce((sum, { places }) => sum + sample.messages(places.length), 0);
  const gramConditions = grams.map((gram) => ({ expression: anyColumn([gram]), places: sample.placesOfGram(gram) }));
  const telling = [...gramConditions].sort((left, right) => left.places.length - right.places.length).slice(0, MOST_CONDITIONS);
  const phraseCost = postings(gramConditions) * PHRASE_POSTING;
  let best: { cost: number; count: number } | null = null;
  let common = telling[0]!.places;
  for (let count = 1; count <= telling.length; count += 1) {
    common = intersection(common, telling[count - 1]!.places);
    const cost = postings(telling.slice(0, count)) * AND_POSTING + sample.messages(common.length) * CANDIDATE;
    if (best === null || cost < best.cost) best = { cost, count };
  }
  if (best === null || best.cost >= phraseCost) return null;
  const chosen = telling.slice(0, best.count).map(({ expression }) => expression);
  return { expression: `(${chosen.join(' AND ')})`, keys: literals.map(({ key }) => key) };
}

function intersection(left: readonly number[], right: readonly number[]): readonly number[] {
  const known = new Set(right);
  return left.filter((place) => known.has(place));
}
