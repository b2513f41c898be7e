/** The segmenter copies what it is given for every piece of it, so it only ever gets a window. */
const WINDOW = 32;
/** A window begins behind a character that ends for certain, if one is near: flags count in pairs from there. */
const LONGEST_WINDOW = 96;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The last grapheme boundary at or before a position of a text. */
export function boundaryBefore(text: string, position: number): number {
  return graphemeAt(text, position).start;
}

/** The first grapheme boundary at or after a position of a text. */
export function boundaryAfter(text: string, position: number): number {
  return graphemeAt(text, position).end;
}

/** The grapheme that a position cuts in two, or nothing where it cuts none. */
function graphemeAt(text: string, position: number): { start: number; end: number } {
  if (position <= 0 || position >= text.length || (standsAlone(text, position - 1) && standsAlone(text, position))) {
    return { start: position, end: position };
  }
  let from = Math.max(0, position - WINDOW);
  while (from > 0 && position - from < LONGEST_WINDOW && !standsAlone(text, from)) from--;
  if (isLowSurrogate(text, from)) from++;
  const to = position + WINDOW;
  const window = text.slice(from, isLowSurrogate(text, to) ? to + 1 : to);
  const grapheme = segmenter.segment(window).containing(position - from);
  const start = from + (grapheme?.index ?? position - from);
  return { start, end: start === position ? position : start + (grapheme?.segment.length ?? 0) };
}

/** Printable ASCII, Han and the wide punctuation around it: between two of these there is always a boundary. */
function standsAlone(text: string, position: number): boolean {
  const unit = text.charCodeAt(position);
  return (
    (unit >= 0x20 && unit < 0x7f) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0x3000 && unit <= 0x3029) ||
    (unit >= 0xff00 && unit <= 0xff5e)
  );
}

function isLowSurrogate(text: string, position: number): boolean {
  return (text.charCodeAt(position) & 0xfc00) === 0xdc00;
}
