import { JiebaTokenizer } from '../analysis/jieba-tokenizer.js';
import { JiebaWordWeigher } from '../analysis/jieba-word-weigher.js';
import { questionWords } from '../analysis/question-words.js';
import { rankQuestion } from '../analysis/rank-question.js';
import type { RankQuestion } from '../query/rank.js';

/** A question, cut up. */
export interface CutQuestion {
  /** Distinct and folded, in order of appearance. */
  readonly words: readonly string[];
  readonly question: RankQuestion;
}

const tokenizer = new JiebaTokenizer();
const weigher = new JiebaWordWeigher();

/** Runs in a thread of its own: the dictionary takes a second and 270 MB to load, and must not hold up other requests. */
export default function cutQuestion(text: string): CutQuestion {
  return { words: questionWords(text, tokenizer), question: rankQuestion(text, tokenizer, weigher) };
}
