import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fold } from './fold.js';
import { jieba } from './jieba-tokenizer.js';
import { WordWeigher, type WeighedWord } from './word-weigher.js';

/** jieba's table of inverse document frequencies over general Chinese text, shipped in its package. */
const TABLE = 'submodules/cppjieba/dict/idf.utf8';
/** From this value on a word tells as much as it can. */
const TELLING = 8;
/** What words outside the table are taken for: long ones are names, single characters mostly particles. */
const UNKNOWN = { long: 10, single: 4 };

/** Weights by jieba's table. Loading it takes some 0.3 s and 30 MB, once, with the first word. */
export class JiebaWordWeigher extends WordWeigher {
  private frequencies: ReadonlyMap<string, number> | null = null;

  override weighedWords(run: string): readonly WeighedWord[] {
    this.frequencies ??= readTable();
    return jieba().cut(run, true).map((word) => ({ word, weight: Math.min(1, this.rarityOf(word) / TELLING) }));
  }

  private rarityOf(word: string): number {
    return this.frequencies!.get(word) ?? ([...word].length > 1 ? UNKNOWN.long : UNKNOWN.single);
  }
}

function readTable(): ReadonlyMap<string, number> {
  const directory = dirname(createRequire(import.meta.url).resolve('nodejieba/package.json'));
  const lines = readFileSync(join(directory, TABLE), 'utf8').split('\n');
  return new Map(lines.flatMap((line) => {
    const [word, value] = line.split(' ');
    return value === undefined ? [] : [[fold(word!), Number(value)] as const];
  }));
}
