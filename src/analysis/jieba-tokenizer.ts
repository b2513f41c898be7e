import { createRequire } from 'node:module';
import { Tokenizer } from './tokenizer.js';
import { wordsOf } from './word-tokens.js';

type Jieba = typeof import('nodejieba');

/** A run without end (a pasted book) is cut in pieces: only relevance sees it, and jieba's memory grows with it. */
const HAN_RUN = /\p{Script=Han}{1,4096}/gu;
/** nodejieba assigns these without declaring them. */
const LEAKED_GLOBALS = ['dict', 'hmmDict', 'userDict', 'idfDict', 'stopWordDict'];

let loaded: Jieba | null = null;

/**
 * Words by jieba's dictionary and its model for unknown words. Loading takes about a second and 270 MB, once a process, when
 * the first word is asked for.
 */
export class JiebaTokenizer extends Tokenizer {
  override words(folded: string): string[] {
    const words: string[][] = [];
    let end = 0;
    for (const { 0: run, index } of folded.matchAll(HAN_RUN)) {
      // Without `true` jieba leaves unknown words in single characters.
      words.push(wordsOf(folded.slice(end, index)), jieba().cutForSearch(run, true));
      end = index + run.length;
    }
    words.push(wordsOf(folded.slice(end)));
    return words.flat();
  }
}

/** Not a plain import: the native part must not load in processes that never cut words. */
export function jieba(): Jieba {
  if (loaded !== null) return loaded;
  const known = new Set(Object.keys(globalThis));
  loaded = createRequire(import.meta.url)('nodejieba') as Jieba;
  loaded.load();
  for (const name of LEAKED_GLOBALS) if (!known.has(name)) Reflect.deleteProperty(globalThis, name);
  return loaded;
}
