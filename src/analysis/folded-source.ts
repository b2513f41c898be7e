import { FOLDED_UNITS, MARK_BITS, MARK_MASK, MARK_SURROGATE, foldedString } from './fold-lookup.js';
import { foldWithOffsets, type FoldMap } from './fold-map.js';
import { fold } from './fold.js';

/** UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Chunk {
  readonly text: string;
  readonly textStart: number;
  readonly keyStart: number;
  map: FoldMap | null;
}

const CHUNK_LENGTH = 4096;

/** A text with its key. The way back from the key is made only where it is asked for, so a long text costs little. */
export class FoldedSource {
  readonly key: string;
  private readonly chunks: Chunk[] = [];

  constructor(readonly text: string) {
    const keys: string[] = [];
    let keyStart = 0;
    let start = 0;
    while (start < text.length) {
      const chunk = text.slice(start, chunkEnd(text, start));
      const key = fold(chunk);
      this.chunks.push({ text: chunk, textStart: start, keyStart, map: null });
      keys.push(key);
      start += chunk.length;
      keyStart += key.length;
    }
    this.key = keys.join('');
  }

  /** Where these units of the key (at least one) come from. */
  sourceOf(start: number, end: number): Span {
    const first = this.chunkAt(start);
    const last = this.chunkAt(end - 1);
    return {
      start: first.textStart + mapOf(first).starts[start - first.keyStart]!,
      end: last.textStart + mapOf(last).ends[end - 1 - last.keyStart]!,
    };
  }

  private chunkAt(keyPosition: number): Chunk {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.chunks[middle]!.keyStart <= keyPosition) low = middle;
      else high = middle - 1;
    }
    return this.chunks[low]!;
  }
}

function mapOf(chunk: Chunk): FoldMap {
  chunk.map ??= foldWithOffsets(chunk.text);
  return chunk.map;
}

function chunkEnd(text: string, start: number): number {
  let end = start + CHUNK_LENGTH;
  while (end < text.length && !foldsApart(text, end)) end++;
  return Math.min(end, text.length);
}

/** Whether what begins here folds alike without what precedes it: no space of a run, no part of a syllable or of a pair. */
function foldsApart(text: string, position: number): boolean {
  const value = FOLDED_UNITS[text.charCodeAt(position)]!;
  if ((value & MARK_MASK) !== MARK_BITS) return true;
  const codePoint = text.codePointAt(position)!;
  return value === MARK_SURROGATE && codePoint > 0xffff && /^[^ ]/.test(foldedString(codePoint));
}
