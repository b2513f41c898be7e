import { JiebaTokenizer } from '../analysis/jieba-tokenizer.js';
import { questionWords } from '../analysis/question-words.js';

const tokenizer = new JiebaTokenizer();

/** Runs in a thread of its own: the dictionary takes a second and 270 MB to load, and must not hold up other requests. */
export default function wordsOf(text: string): string[] {
  return questionWords(text, tokenizer);
}
