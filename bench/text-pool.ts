import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Random } from './random.js';

/** A text cut into clauses, each with the punctuation that ends it. */
type Clauses = readonly string[];

const CLAUSE = /[^，。？！；：,.?!;]*[，。？！；：,.?!;]*\s*/gu;
const ENDING = /[，；：,;\s]+$/u;

/** Makes message texts by recombining clauses of the texts in `bench/text/`. */
export class TextPool {
  private readonly chat: readonly Clauses[];
  private readonly statutes: readonly Clauses[];
  private readonly questions: readonly Clauses[];
  private readonly english: readonly Clauses[];
  private readonly acknowledgements: readonly string[];

  constructor(directory = join(process.cwd(), 'bench', 'text')) {
    const read = (name: string): string[] => {
      const bytes = readFileSync(join(directory, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '');
    };
    this.chat = read('crosswoz.txt.gz').map(clauses);
    this.statutes = read('stard-passages.txt.gz').map(clauses);
    this.questions = read('stard-queries.txt.gz').map(clauses);
    this.english = read('english.txt').map(clauses);
    this.acknowledgements = read('acknowledgements.txt');
  }

  /** One message text, never empty. */
  compose(random: Random): string {
    const dice = random.next();
    if (dice < 0.07) return random.pick(this.acknowledgements);
    if (dice < 0.19) return chain(this.english, random, 2) + (random.chance(0.4) ? ` ${chain(this.english, random, 2)}` : '');
    if (dice < 0.24) return `${chain(this.chat, random, 2)} ${chain(this.english, random, 1)}`;
    if (dice < 0.36) return (random.chance(0.3) ? chain(this.chat, random, 1) : '') + chain(this.statutes, random, 2);
    if (dice < 0.42) return chain(this.questions, random, 3);
    return chain(this.chat, random, 3) + (random.chance(0.4) ? chain(this.chat, random, 3) : '');
  }

  /** A text without the half-open end that recombining may leave. */
  static closed(text: string): string {
    return text.replace(ENDING, '');
  }
}

function clauses(text: string): Clauses {
  return (text.match(CLAUSE) ?? []).filter((clause) => clause !== '');
}

/** Up to `most` neighboring clauses of one random text. */
function chain(texts: readonly Clauses[], random: Random, most: number): string {
  const text = random.pick(texts);
  const count = Math.min(text.length, random.between(1, most));
  const start = random.below(text.length - count + 1);
  let result = text[start]!;
  for (let index = 1; index < count; index += 1) result += text[start + index]!;
  return result;
}
