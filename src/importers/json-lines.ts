import { createHash } from 'node:crypto';
import { KEPT_OF_REJECTED, type RawEntry } from '../domain/archive-record.js';

/** Longest record in bytes; a longer one is rejected without ever being held in memory. */
export const LARGEST_RECORD = 16 * 1024 * 1024;

const NOTHING = new Uint8Array(0);
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts UTF-8 bytes into lines: one batch of entries per chunk. Blank lines, the byte order mark and CR LF are tolerated.
 * A last line without its line end is marked `isUnterminated`; a line over `limit` comes without bytes, as `excessBytes` and `excess`.
 */
export async function* cutLines(
  chunks: AsyncIterable<Uint8Array>,
  from: { readonly offset: number; readonly line: number },
  limit = LARGEST_RECORD,
): AsyncGenerator<readonly RawEntry[]> {
  const cutter = new LineCutter(from, limit);
  for await (const chunk of chunks) {
    const entries = cutter.cut(chunk);
    if (entries.length > 0) yield entries;
  }
  const last = cutter.finish();
  if (last !== null) yield [last];
}

class LineCutter {
  /** Bytes still to pass over before the resume point. */
  private skip: number;
  private offset: number;
  private line: number;
  /** The beginning of a line whose end has not come yet. */
  private pending: Buffer[] = [];
  private pendingLength = 0;
  /** The line that is too long to be held. */
  private excessive: ExcessiveRecord | null = null;

  constructor(
    from: { readonly offset: number; readonly line: number },
    private readonly limit: number,
  ) {
    this.skip = from.offset;
    this.offset = from.offset;
    this.line = from.line;
  }

  cut(bytes: Uint8Array): RawEntry[] {
    let chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.skip > 0) {
      const skipped = Math.min(this.skip, chunk.length);
      this.skip -= skipped;
      chunk = chunk.subarray(skipped);
    }
    const entries: RawEntry[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.keep(chunk.subarray(start, end));
      this.offset += 1;
      this.add(entries, false);
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
    return entries;
  }

  finish(): RawEntry | null {
    const entries: RawEntry[] = [];
    if (this.pendingLength > 0) this.add(entries, true);
    return entries[0] ?? null;
  }

  private keep(piece: Buffer): void {
    this.offset += piece.length;
    this.pendingLength += piece.length;
    if (this.pendingLength > this.limit + BYTE_ORDER_MARK.length + 1) {
      this.excessive ??= new ExcessiveRecord(this.pending);
      this.excessive.add(piece);
      this.pending = [];
    } else if (piece.length > 0) this.pending.push(piece);
  }

  /** Turns what is pending into an entry, unless it is blank. */
  private add(entries: RawEntry[], isUnterminated: boolean): void {
    this.line += 1;
    const length = this.pendingLength;
    const bytes = this.pending.length === 1 ? this.pending[0]! : Buffer.concat(this.pending);
    this.pending = [];
    this.pendingLength = 0;
    const { excessive } = this;
    this.excessive = null;
    const record = excessive === null ? this.trim(bytes) : null;
    if (record !== null && isBlank(record)) return;
    const entry: RawEntry = { bytes: record ?? NOTHING, line: this.line, endOffset: this.offset };
    const recordLength = record?.length ?? length;
    const isTooLong = recordLength > this.limit;
    const marked = isUnterminated ? { ...entry, isUnterminated } : entry;
    if (!isTooLong) {
      entries.push(marked);
      return;
    }
    const excess = (excessive ?? new ExcessiveRecord([record!])).end();
    entries.push({ ...marked, bytes: NOTHING, excessBytes: recordLength, excess });
  }

  private trim(bytes: Buffer): Buffer {
    const hasMark = this.line === 1 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    return bytes.subarray(hasMark ? BYTE_ORDER_MARK.length : 0, end);
  }
}

/** Hashes a record that is not held, and keeps its beginning. */
export class ExcessiveRecord {
  private readonly hash = createHash('sha256');
  private start: Buffer = Buffer.alloc(0);

  constructor(pieces: readonly Buffer[]) {
    for (const piece of pieces) this.add(piece);
  }

  add(piece: Buffer): void {
    this.hash.update(piece);
    const missing = KEPT_OF_REJECTED - this.start.length;
    if (missing > 0) this.start = Buffer.concat([this.start, piece.subarray(0, missing)]);
  }

  end(): NonNullable<RawEntry['excess']> {
    return { start: this.start, sha256: this.hash.digest('hex') };
  }
}

/** Only spaces, tabs and stray carriage returns. */
function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== CARRIAGE_RETURN) return false;
  return true;
}
