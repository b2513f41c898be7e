import { TEXT_FIELDS, type TextField } from '../query/ast.js';
import { DIGIT_SEPARATORS, MAX_DIGIT_SEPARATORS } from '../query/digit-separators.js';
import { PART_BOUNDARY, type FoldedText } from '../query/folded-text.js';

const ZERO = 0x30;
/** One token column holds the numbers of all fields; each field writes its digits from here on, so that none looks like a gram. */
const FIELD_ZEROS: Readonly<Record<TextField, number>> = { body: 0xe090, name: 0xe0b0, attachment: 0xe0c0 };

/**
 * The numbers of a folded field that are written with separators, without them: `138-0013 8000` gives `13800138000`.
 * Numbers without any are left out: the grams of the field have them. A boundary is no separator, so none crosses it.
 */
export function digitRuns(foldedField: string): string[] {
  const runs: string[] = [];
  let position = 0;
  while (position < foldedField.length) {
    if (!isDigit(foldedField, position)) {
      position++;
      continue;
    }
    let digits = '';
    let groups = 0;
    for (let next = position; next !== -1; next = nextGroup(foldedField, position)) {
      position = endOfDigits(foldedField, next);
      digits += foldedField.slice(next, position);
      groups++;
    }
    if (groups > 1) runs.push(digits);
  }
  return runs;
}

/** The index tokens of those numbers, separated by spaces: every two neighboring digits, in the alphabet of the field. */
export function digitGrams(folded: FoldedText): string {
  const runs: string[] = [];
  for (const field of TEXT_FIELDS) {
    for (const run of digitRuns(folded[field])) runs.push(digitLiteralGrams(run, field).join(' '));
  }
  return runs.join(` ${PART_BOUNDARY} `);
}

/** The tokens that a number containing these two or more digits must have in this order next to each other. */
export function digitLiteralGrams(digits: string, field: TextField): string[] {
  const shift = FIELD_ZEROS[field] - ZERO;
  const grams: string[] = [];
  for (let position = 1; position < digits.length; position++) {
    grams.push(String.fromCharCode(digits.charCodeAt(position - 1) + shift, digits.charCodeAt(position) + shift));
  }
  return grams;
}

/** Where the same number goes on behind a few separators; -1 if it ends. */
function nextGroup(text: string, end: number): number {
  let position = end;
  while (position - end < MAX_DIGIT_SEPARATORS && DIGIT_SEPARATORS.has(text.charAt(position))) position++;
  return position > end && isDigit(text, position) ? position : -1;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text, end)) end++;
  return end;
}

function isDigit(text: string, position: number): boolean {
  const unit = text.charCodeAt(position);
  return unit >= 0x30 && unit <= 0x39;
}
