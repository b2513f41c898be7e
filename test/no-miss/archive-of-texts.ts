import { makeAttachment, makeMessage, makePart } from '../support/make-message.js';
import type { Message } from '../../src/domain/message.js';
import type { Random } from '../support/random.js';
import { drawAlphabet, makeText } from './adversarial-text.js';
import { disguise } from './disguise.js';
import { graphemes } from './equality.js';
import type { OracleDocument } from './oracle.js';

const TEXT_LENGTHS = [1, 1, 2, 3, 5, 8, 12, 20, 40];

/** A message and what it says, as the oracle is told: its texts one by one. */
export interface MessageOfTexts {
  readonly message: Message;
  readonly document: OracleDocument;
}

export interface ArchiveOfTexts {
  readonly alphabet: readonly string[];
  readonly items: readonly MessageOfTexts[];
}

/** Messages with one to five texts each, in every place that is searched. Never empty: an empty text cannot be asked for. */
export function makeArchive(random: Random, count: number): ArchiveOfTexts {
  const alphabet = drawAlphabet(random, random.pick([12, 30, 60]));
  const written: string[] = [];
  const items = Array.from({ length: count }, (_, index) => {
    const texts = random.times(random.pick([1, 1, 1, 2, 3, 5]), () => {
      const text = writeText(random, alphabet, written);
      written.push(text);
      return text;
    });
    const message = placeTexts(random, `m${index}`, texts);
    return { message, document: { id: message.id, texts } };
  });
  return { alphabet, items };
}

/** New, or with a piece of an earlier text in it, as it was or in another spelling. */
function writeText(random: Random, alphabet: readonly string[], written: readonly string[]): string {
  const text = makeText(random, alphabet, random.pick(TEXT_LENGTHS));
  if (written.length === 0 || random.chance(0.5)) return text;
  const earlier = graphemes(random.pick(written));
  const start = random.below(earlier.length);
  const piece = earlier.slice(start, start + random.between(1, 12)).join('');
  return text + (random.chance(0.5) ? disguise(piece, random) : piece) + makeText(random, alphabet, random.below(4));
}

function placeTexts(random: Random, nativeId: string, texts: readonly string[]): Message {
  const places: Record<'text' | 'quoted' | 'parts' | 'nested' | 'versions' | 'names', string[]> = {
    text: [],
    quoted: [],
    parts: [],
    nested: [],
    versions: [],
    names: [],
  };
  const names = Object.keys(places) as (keyof typeof places)[];
  for (const text of texts) {
    const place = random.pick(names);
    // There is one text and one quotation only.
    const isTaken = (place === 'text' || place === 'quoted') && places[place].length > 0;
    places[isTaken ? 'parts' : place].push(text);
  }
  return makeMessage(nativeId, {
    text: places.text[0] ?? '',
    quoted: places.quoted.length === 0 ? null : { text: places.quoted[0]!, author: null, nativeId: null },
    parts: [...places.parts.map((text) => makePart(text)), ...places.nested.map((text) => makePart('', [makePart('', [makePart(text)])]))],
    versions: places.versions.map((text, index) => ({ text, at: index, by: null })),
    attachments: places.names.map((name, index) => makeAttachment(name, { id: `a${index}` })),
    sentAt: random.chance(0.1) ? null : Date.UTC(2026, random.below(12), random.between(1, 28)),
  });
}
