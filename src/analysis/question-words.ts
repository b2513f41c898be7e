import { QUERY_LIMITS } from '../query/query-limits.js';
import { fold } from './fold.js';
import type { Tokenizer } from './tokenizer.js';

/** More than a pasted page has; the search keeps fewer. */
const MAX_WORDS = 2_000;
/** Letters that a tokenizer for Chinese and Latin does not cut: kana, Hangul, Cyrillic, ... A run of them is one word. */
const OTHER_LETTERS = /(?:(?![\p{Script=Han}\p{Script=Latin}\p{Nd}])[\p{L}\p{N}\p{M}])+/gu;
const ONE_HAN = /^\p{Script=Han}$/u;

/**
 * The distinct folded words of a question or pasted paragraph, in order of appearance, at most 2,000. Punctuation is left out, and so
 * is a single Han character that also stands in a longer word of the text: alone it would only bring noise.
 */
export function questionWords(text: string, tokenizer: Tokenizer): string[] {
  const words = [...new Set(allWords(fold(text), tokenizer))].filter(
    (word) => /[\p{L}\p{N}]/u.test(word) && word.length <= QUERY_LIMITS.literalCodePoints,
  );
  const inLongerWords = new Set(words.filter((word) => !ONE_HAN.test(word)).join(''));
  return words.filter((word) => !ONE_HAN.test(word) || !inLongerWords.has(word)).slice(0, MAX_WORDS);
}

function* allWords(folded: string, tokenizer: Tokenizer): Generator<string> {
  let end = 0;
  for (const { 0: run, index } of folded.matchAll(OTHER_LETTERS)) {
    yield* tokenizer.words(folded.slice(end, index));
    yield run;
    end = index + run.length;
  }
  yield* tokenizer.words(folded.slice(end));
}
