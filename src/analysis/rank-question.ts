import type { RankQuestion, RankTerm } from '../query/rank.js';
import { fold } from './fold.js';
import type { Tokenizer } from './tokenizer.js';
import type { WordWeigher } from './word-weigher.js';

/** Ranking looks at the beginning of a long text only: each term costs a look-up. UTF-16 units. */
const LONGEST_QUESTION = 400;
const HAN_RUN = /\p{Script=Han}+/gu;
const PUNCTUATION_ALONE = /^[^\p{L}\p{N}]*$/u;

/** Cuts a question into the terms that hits are ranked by. Depends on the question alone, so later pages rank alike. */
export function rankQuestion(text: string, tokenizer: Tokenizer, weigher: WordWeigher): RankQuestion {
  const question = fold(text.slice(0, LONGEST_QUESTION));
  const weights = Array.from({ length: question.length }, () => 1);
  const words = new Set(tokenizer.words(question).filter((word) => !PUNCTUATION_ALONE.test(word)));
  const keys = new Set(words);
  const innerPairs = new Map<string, boolean>();
  for (const { 0: run, index } of question.matchAll(HAN_RUN)) {
    const starts = weigh(run, index, weigher, weights);
    let offset = index;
    let previous = '';
    for (const character of run) {
      keys.add(character);
      if (previous !== '') {
        const pair = previous + character;
        keys.add(pair);
        // inner only if it crosses no border of words, wherever it stands
        innerPairs.set(pair, (innerPairs.get(pair) ?? false) || !starts.has(offset));
      }
      previous = character;
      offset += character.length;
    }
  }
  const terms = [...keys].map((key): RankTerm => ({
    key, positions: placesOf(key, question), isInner: !words.has(key) && innerPairs.get(key) === true,
  }));
  return { weights, terms };
}

/** Gives every place of a run the weight of its word; returns where words start. */
function weigh(run: string, index: number, weigher: WordWeigher, weights: number[]): ReadonlySet<number> {
  const starts = new Set<number>();
  let offset = index;
  for (const { word, weight } of weigher.weighedWords(run)) {
    starts.add(offset);
    weights.fill(weight, offset, offset + word.length);
    offset += word.length;
  }
  return starts;
}

function placesOf(key: string, question: string): number[] {
  const places: number[] = [];
  for (let place = question.indexOf(key); place >= 0; place = question.indexOf(key, place + 1)) places.push(place);
  return places;
}
