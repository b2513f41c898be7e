import type { TextField } from './ast.js';

/**
 * Stands between the parts of one field (quoted text, forwards, earlier versions, attachments). `fold` never makes it,
 * so no literal can cross it.
 */
export const PART_BOUNDARY = '\u{E080}';

/** The folded text of a message, by field; parts joined by `PART_BOUNDARY`. Empty string: nothing there. */
export type FoldedText = Readonly<Record<TextField, string>>;
