/** A word of a text and how telling it is in Chinese at large: 1 rare, towards 0 the more everyday it is. */
export interface WeighedWord {
  readonly word: string;
  readonly weight: number;
}

/** Knows which words say little. For relevance only. */
export abstract class WordWeigher {
  /** The words that a run of Han characters is made of, one behind the other, nothing left out. */
  abstract weighedWords(run: string): readonly WeighedWord[];
}
