import { fieldGrams } from '../../analysis/grams.js';
import type { IndexReader } from './index-reader.js';

/** Messages looked at; each costs 10 microseconds once. */
const SAMPLED = 5_000;

/** Positions in the sample, upwards. */
type Places = readonly number[];
const NOWHERE: Places = [];

/**
 * How many messages have a gram, guessed from messages spread evenly over the archive. Guesses choose between
 * ways to find the same rows, so being wrong costs time, never a hit.
 */
export class TextSample {
  private grams = new Map<string, number[]>();
  private sampled = 0;
  private lastRow = 0;

  /** Samples again once the archive has doubled. */
  refresh(reader: IndexReader, lastRow: number): void {
    if (lastRow < this.lastRow * 2 || lastRow === 0) return;
    this.lastRow = lastRow;
    this.grams = new Map();
    const texts = reader.foldedSample(SAMPLED, lastRow);
    this.sampled = texts.length;
    texts.forEach((text, place) => {
      for (const gram of fieldGrams(text).split(' ')) note(this.grams, gram, place);
    });
  }

  placesOfGram(gram: string): Places {
    return this.grams.get(gram) ?? NOWHERE;
  }

  /** Messages of the archive that so many of the sample stand for. What the sample has not met stands for half of one. */
  messages(places: number): number {
    return this.sampled === 0 ? 0 : (Math.max(places, 0.5) * this.lastRow) / this.sampled;
  }
}

function note(places: Map<string, number[]>, key: string, place: number): void {
  const known = places.get(key);
  if (known === undefined) places.set(key, [place]);
  else if (known.at(-1) !== place) known.push(place);
}
