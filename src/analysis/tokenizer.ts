/** Cuts text into words for relevance. What a search finds never depends on it. */
export abstract class Tokenizer {
  /** The words of a folded text in order, with repeats: Han words, and Latin or digit runs as a whole. */
  abstract words(folded: string): string[];
}
