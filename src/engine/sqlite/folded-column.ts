import type { FoldedText } from '../../query/folded-text.js';
import type { PreparedMessage } from '../prepared-batch.js';

/** Between the fields of the stored folded text. `fold` never makes it, so no literal can cross it. */
const FIELD_BOUNDARY = '\u{E081}';
const BOUNDARY_BYTES = Buffer.from(FIELD_BOUNDARY);

/** The three folded fields as one column, in UTF-8. Names and attachments are left out where both are empty, as they mostly are. */
export function foldedColumn(message: PreparedMessage): Buffer {
  const name = message.bytes('name');
  const attachment = message.bytes('attachment');
  if (name.length === 0 && attachment.length === 0) return message.bytes('body');
  return Buffer.concat([message.bytes('body'), BOUNDARY_BYTES, name, BOUNDARY_BYTES, attachment]);
}

/** The inverse of `foldedColumn`. */
export function splitFolded(column: string): FoldedText {
  const first = column.indexOf(FIELD_BOUNDARY);
  if (first < 0) return { body: column, name: '', attachment: '' };
  const second = column.indexOf(FIELD_BOUNDARY, first + 1);
  return { body: column.slice(0, first), name: column.slice(first + 1, second), attachment: column.slice(second + 1) };
}
