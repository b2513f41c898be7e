import type { FoldedText } from '../../query/folded-text.js';

/** Between the fields of the stored folded text. `fold` never makes it, so no literal can cross it. */
const FIELD_BOUNDARY = '\u{E081}';

/** The three folded fields as one column. Names and attachments are left out where both are empty, as they mostly are. */
export function joinFolded(folded: FoldedText): string {
  if (folded.name === '' && folded.attachment === '') return folded.body;
  return folded.body + FIELD_BOUNDARY + folded.name + FIELD_BOUNDARY + folded.attachment;
}

/** The inverse of `joinFolded`. */
export function splitFolded(column: string): FoldedText {
  const first = column.indexOf(FIELD_BOUNDARY);
  if (first < 0) return { body: column, name: '', attachment: '' };
  const second = column.indexOf(FIELD_BOUNDARY, first + 1);
  return { body: column.slice(0, first), name: column.slice(first + 1, second), attachment: column.slice(second + 1) };
}
