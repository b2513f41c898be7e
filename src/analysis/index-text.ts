import type { Message } from '../domain/message.js';
import type { TextField } from '../query/ast.js';
import { PART_BOUNDARY, type FoldedText } from '../query/folded-text.js';
import { digitGrams } from './digit-runs.js';
import { fold } from './fold.js';
import { fieldGrams } from './grams.js';
import type { IndexedGrams } from './indexed-grams.js';
import { searchableParts } from './searchable-parts.js';
import { wordTokens } from './word-tokens.js';

/** The texts of a message as searches compare them. */
export function foldMessage(message: Message): FoldedText {
  const keys: Record<TextField, string[]> = { body: [], name: [], attachment: [] };
  for (const { field, text } of searchableParts(message)) keys[field].push(fold(text));
  return { body: joinParts(keys.body), name: joinParts(keys.name), attachment: joinParts(keys.attachment) };
}

/** Everything an engine indexes of a folded message. */
export function indexGrams(folded: FoldedText): IndexedGrams {
  return {
    clean: fieldGrams(folded.body),
    raw: '',
    masked: '',
    names: fieldGrams(folded.name),
    attachments: fieldGrams(folded.attachment),
    digits: digitGrams(folded),
    words: wordTokens(folded).join(' '),
  };
}

/** A text of ignorable characters alone folds to nothing and takes no place. */
function joinParts(keys: readonly string[]): string {
  return keys.filter((key) => key !== '').join(PART_BOUNDARY);
}
