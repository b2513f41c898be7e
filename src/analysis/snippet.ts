import { boundaryAfter, boundaryBefore } from './grapheme-boundary.js';
import type { Span } from './folded-source.js';

export const ELLIPSIS = '…';

/** A piece of a text to show, and the places in it to mark, in UTF-16 units of the piece. */
export interface Snippet {
  readonly snippet: string;
  readonly spans: readonly Span[];
}

/** The part of a text to show around a place: about `length` units, a third of them before it, always the whole place. */
export function windowAround(text: string, place: Span, length: number): Span {
  if (text.length <= length) return { start: 0, end: text.length };
  const lead = Math.max(0, Math.floor((length - (place.end - place.start)) / 3));
  const start = Math.min(Math.max(0, place.start - lead), text.length - length);
  const from = Math.min(start, place.start);
  return {
    start: Math.min(boundaryAfter(text, from), place.start),
    end: Math.max(boundaryBefore(text, Math.min(text.length, from + length)), place.end),
  };
}

/** Cuts a window out of a text, with an ellipsis where something is left out. The places must lie inside the window. */
export function cutSnippet(text: string, window: Span, places: readonly Span[]): Snippet {
  const before = window.start > 0 ? ELLIPSIS : '';
  const after = window.end < text.length ? ELLIPSIS : '';
  const shift = before.length - window.start;
  return {
    // Half a surrogate pair is not text; what stands for it is as long.
    snippet: before + text.slice(window.start, window.end).replace(/\p{Surrogate}/gu, '\ufffd') + after,
    spans: merge(places).map(({ start, end }) => ({ start: start + shift, end: end + shift })),
  };
}

/** Places in order, those that overlap as one. */
function merge(places: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const place of [...places].sort((left, right) => left.start - right.start || right.end - left.end)) {
    const last = merged.at(-1);
    if (last === undefined || place.start >= last.end) merged.push(place);
    else if (place.end > last.end) merged[merged.length - 1] = { start: last.start, end: place.end };
  }
  return merged;
}
