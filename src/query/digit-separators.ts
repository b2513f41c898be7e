/** What may stand between the digits of one number in a folded text: `138-0013 8000`, `(020) 8888.8888`, `1,000`, `6222·0200`. */
export const DIGIT_SEPARATORS: ReadonlySet<string> = new Set([' ', '-', '.', '/', '(', ')', '_', ',', '\u00b7']);

/** More separators than this between two digits end the number. */
export const MAX_DIGIT_SEPARATORS = 3;
