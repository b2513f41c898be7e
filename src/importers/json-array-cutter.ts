import type { RawEntry } from '../domain/archive-record.js';
import { ExcessiveRecord, LARGEST_RECORD } from './json-lines.js';

const NOTHING = new Uint8Array(0);
const [QUOTE, BACKSLASH, COLON, COMMA, LINE_FEED] = [0x22, 0x5c, 0x3a, 0x2c, 0x0a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const LONGEST_KEY = 32;
/** Deeper nesting is damage. */
const DEEPEST = 1_000_000;
const MARK_LENGTH = 3;
/** Spaces and line ends allowed between the brace and the first key of a record, where one is looked for behind damage. */
const LONGEST_OPENING = 256;

type Expected = 'top' | 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'next';

/** Which keys hold records, and which keys begin them. */
export interface ArrayShape {
  /** Keys of an outermost object whose arrays hold the records. */
  readonly arrayKeys: ReadonlySet<string>;
  /** Keys that an outermost object may begin with. */
  readonly topKeys: ReadonlySet<string>;
  /** Keys that a record may begin with; those seen are added. Only used to go on behind damage. */
  readonly recordKeys: ReadonlySet<string>;
}

/**
 * Cuts JSON documents into records, byte by byte, holding one record at a time: the elements of an outermost array, those of the
 * arrays that `shape` names in an outermost object, and every other outermost value whole. Bytes of a record are kept exactly;
 * what surrounds them is left out. `line` counts records. Damage becomes a record of its own, up to where the next record surely
 * begins, so that it costs its neighbors nothing.
 */
export class JsonArrayCutter {
  private readonly recordKeys: Set<string>;
  private readonly containers: number[] = [];
  private depth = 0;
  private expected: Expected = 'top';
  /** How deep the records lie; -1 outside of their array. */
  private recordDepth = -1;
  private isInString = false;
  private isInScalar = false;
  private isEscaped = false;
  private isKey = false;
  private key: number[] = [];
  private topKey = '';
  private isFirstKey = false;
  private offset = 0;
  private count = 0;
  /** The record that has begun: its bytes in earlier chunks, and its place in this one. */
  private isRecording = false;
  private recordStart = 0;
  private pending: Buffer[] = [];
  private pendingLength = 0;
  /** The record that is too long to be held. */
  private excessive: ExcessiveRecord | null = null;
  /** Behind damage: the beginning of what may be the next record. */
  private isBroken = false;
  private opening: number[] | null = null;
  private isOpeningOfLine = false;
  /** The damage lies between records: the next brace may begin one. */
  private isBetween = false;
  private lastByte = COMMA;
  private isLineStart = false;
  private entries: RawEntry[] = [];
  private chunk: Buffer = Buffer.alloc(0);

  constructor(
    private readonly shape: ArrayShape,
    private readonly limit = LARGEST_RECORD,
  ) {
    this.recordKeys = new Set(shape.recordKeys);
  }

  cut(bytes: Uint8Array): RawEntry[] {
    this.chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.entries = [];
    this.recordStart = 0;
    for (let at = 0; at < this.chunk.length; at += 1) {
      const byte = this.chunk[at]!;
      if (this.isBroken) this.seekRecord(byte, at);
      else if (this.isInString) at = this.readString(at);
      else this.readByte(byte, at);
    }
    if (this.isRecording) this.keep(this.chunk.length);
    this.offset += this.chunk.length;
    return this.entries;
  }

  /** What the end of the file leaves: a record that was cut off, or an empty one for an array that nobody closed. */
  finish(): RawEntry[] {
    this.chunk = Buffer.alloc(0);
    this.entries = [];
    this.recordStart = 0;
    if (this.isInScalar) this.endScalar(0);
    const isCutOff = this.isRecording || this.depth > 0;
    if (isCutOff) {
      this.isRecording = true;
      this.endRecord(0, 0, true);
    }
    return this.entries;
  }

  private readByte(byte: number, at: number): void {
    if (this.isInScalar) {
      if (isScalar(byte)) return;
      this.endScalar(at);
    }
    if (isSpace(byte) || this.isInMark(byte, at)) return;
    if (byte === QUOTE) this.openString(at);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.open(byte, at);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.close(byte, at);
    else if (byte === COLON && this.expected === 'colon') this.expected = 'value';
    else if (byte === COMMA && this.expected === 'next') this.expected = this.top === OPEN_OBJECT ? 'key' : 'value';
    else if (isScalar(byte) && this.mayBegin()) {
      this.beginValue(at);
      this.isInScalar = true;
    } else this.break(byte, at);
  }

  /** The byte order mark. */
  private isInMark(byte: number, at: number): boolean {
    return byte >= 0x80 && this.offset + at < MARK_LENGTH && this.expected === 'top';
  }

  private get top(): number {
    return this.containers[this.depth - 1] ?? OPEN_ARRAY;
  }

  private mayBegin(): boolean {
    return this.expected === 'value' || this.expected === 'valueOrEnd' || this.expected === 'top';
  }

  private beginValue(at: number): void {
    if (this.depth !== this.recordDepth && this.depth !== 0) return;
    this.isRecording = true;
    this.recordStart = at;
    this.isFirstKey = true;
  }

  private openString(at: number): void {
    this.isKey = this.expected === 'key' || this.expected === 'keyOrEnd';
    if (!this.isKey && !this.mayBegin()) {
      this.break(QUOTE, at);
      return;
    }
    if (!this.isKey) this.beginValue(at);
    this.key = [];
    this.isInString = true;
  }

  /** Runs to the end of the string, or of the chunk. Returns the place of the last byte read. */
  private readString(from: number): number {
    const mustKeep = this.isKey && (this.isFirstKey || this.depth === 1);
    for (let at = from; at < this.chunk.length; at += 1) {
      const byte = this.chunk[at]!;
      if (byte === LINE_FEED) {
        this.break(byte, at);
        return at;
      }
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) {
        this.endString(at);
        return at;
      }
      if (mustKeep && this.key.length <= LONGEST_KEY) this.key.push(byte);
    }
    return this.chunk.length;
  }

  private endString(at: number): void {
    this.isInString = false;
    if (!this.isKey) {
      this.endValue(at + 1);
      return;
    }
    this.expected = 'colon';
    if (this.key.length === 0) return;
    const key = Buffer.from(this.key).toString('latin1');
    if (this.depth === 1) this.topKey = key;
    if (this.isFirstKey && this.recordDepth >= 0 && this.depth === this.recordDepth + 1) this.recordKeys.add(key);
    this.isFirstKey = false;
  }

  private open(byte: number, at: number): void {
    if (!this.mayBegin() || this.depth === DEEPEST) {
      this.break(byte, at);
      return;
    }
    const isRecordArray = byte === OPEN_ARRAY && this.isRecordArray();
    if (isRecordArray) this.dropRecord();
    else this.beginValue(at);
    this.containers[this.depth] = byte;
    this.depth += 1;
    if (isRecordArray) this.recordDepth = this.depth;
    this.expected = byte === OPEN_OBJECT ? 'keyOrEnd' : 'valueOrEnd';
  }

  /** An array that opens here holds records. */
  private isRecordArray(): boolean {
    if (this.recordDepth >= 0) return false;
    return this.depth === 0 || (this.depth === 1 && this.top === OPEN_OBJECT && this.shape.arrayKeys.has(this.topKey));
  }

  private close(byte: number, at: number): void {
    const isObject = byte === CLOSE_OBJECT;
    const isAllowed = this.expected === 'next' || this.expected === (isObject ? 'keyOrEnd' : 'valueOrEnd');
    if (!isAllowed || this.depth === 0 || this.top !== (isObject ? OPEN_OBJECT : OPEN_ARRAY)) {
      this.break(byte, at);
      return;
    }
    this.depth -= 1;
    if (this.depth < this.recordDepth) this.recordDepth = -1;
    this.endValue(at + 1);
  }

  private endScalar(at: number): void {
    this.isInScalar = false;
    this.endValue(at);
  }

  private endValue(end: number): void {
    if (this.depth === this.recordDepth || this.depth === 0) this.endRecord(end, end, false);
    this.expected = this.depth === 0 ? 'top' : 'next';
  }

  /** What stood around the records is none. */
  private dropRecord(): void {
    this.isRecording = false;
    this.pending = [];
    this.pendingLength = 0;
    this.excessive = null;
  }

  private keep(end: number): void {
    const piece = this.chunk.subarray(this.recordStart, end);
    this.pendingLength += piece.length;
    if (this.pendingLength > this.limit) {
      this.excessive ??= new ExcessiveRecord(this.pending);
      this.excessive.add(piece);
      this.pending = [];
    } else if (piece.length > 0) this.pending.push(piece);
    this.recordStart = 0;
  }

  /** Hands the record out. `end` is where its bytes end in the chunk, `next` where reading may go on. */
  private endRecord(end: number, next: number, isUnterminated: boolean, surplus = 0): void {
    if (!this.isRecording) return;
    this.keep(end);
    const length = this.pendingLength - surplus;
    const { excessive } = this;
    const isTooLong = excessive !== null;
    const whole = this.pending.length === 1 ? this.pending[0]! : Buffer.concat(this.pending);
    const bytes = isTooLong ? NOTHING : this.isBroken ? trimEnd(whole.subarray(0, length)) : whole;
    this.dropRecord();
    if (bytes.length === 0 && !isTooLong && !isUnterminated) return;
    this.count += 1;
    const entry: RawEntry = { bytes, line: this.count, endOffset: this.offset + next - surplus };
    const marked = isUnterminated ? { ...entry, isUnterminated } : entry;
    if (excessive === null) this.entries.push(marked);
    // A damaged record was hashed together with the opening of the next: that hash is not its own.
    else this.entries.push({ ...marked, excessBytes: length, ...(surplus === 0 && { excess: excessive.end() }) });
  }

  /** This byte cannot stand here: from the beginning of the record on, everything is one damaged record. */
  private break(byte: number, at: number): void {
    this.isBetween = !this.isRecording;
    if (!this.isRecording) {
      this.isRecording = true;
      this.recordStart = at;
    }
    this.isBroken = true;
    this.isInString = false;
    this.isInScalar = false;
    this.isEscaped = false;
    this.opening = null;
    // A brace may begin a record at once: what is missing stood before it.
    this.lastByte = byte === OPEN_OBJECT ? COMMA : 0;
    this.isLineStart = false;
    this.seekRecord(byte, at);
  }

  /** Looks behind damage for `{"key"` where a record or an outermost object may begin: behind a comma, or on a new line. */
  private seekRecord(byte: number, at: number): void {
    if (this.opening !== null && this.extendOpening(byte, at)) return;
    if (byte === LINE_FEED) {
      if (this.depth === 0) this.endBroken(at, 0);
      this.isLineStart = true;
      return;
    }
    const isBehindComma = this.lastByte === COMMA || this.lastByte === OPEN_ARRAY;
    if (byte === OPEN_OBJECT && (isBehindComma || this.isLineStart || this.isBetween)) {
      this.opening = [byte];
      this.isOpeningOfLine = !isBehindComma && this.isLineStart;
    }
    if (isSpace(byte)) return;
    this.lastByte = byte;
    this.isLineStart = false;
  }

  /** Takes one byte more into what may be a record's opening. True when the byte was used. */
  private extendOpening(byte: number, at: number): boolean {
    const opening = this.opening!;
    const start = opening.indexOf(QUOTE);
    const isPossible = opening.length < LONGEST_OPENING && (start < 0 ? isSpace(byte) || byte === QUOTE : isScalar(byte) || byte === QUOTE);
    if (!isPossible) {
      this.opening = null;
      return false;
    }
    opening.push(byte);
    if (start < 0 || byte !== QUOTE) return true;
    this.opening = null;
    const key = Buffer.from(opening.slice(start + 1, -1)).toString('latin1');
    if (this.recordKeys.has(key)) this.resume(at, opening, key, false);
    else if (this.isOpeningOfLine && this.shape.topKeys.has(key)) this.resume(at, opening, key, true);
    return true;
  }

  /** Ends the damaged record and goes on inside the one whose opening, up to its first key, was just read. */
  private resume(at: number, opening: readonly number[], key: string, isTop: boolean): void {
    this.endBroken(at + 1, opening.length);
    if (isTop || (this.recordDepth < 0 && this.isOpeningOfLine)) {
      this.depth = 0;
      this.recordDepth = -1;
      this.topKey = key;
    } else {
      if (this.recordDepth < 0) {
        // The damage was in front of the array: what is between commas here can only be its elements.
        this.containers[0] = OPEN_OBJECT;
        this.containers[1] = OPEN_ARRAY;
        this.recordDepth = 2;
      }
      this.depth = this.recordDepth;
    }
    this.containers[this.depth] = OPEN_OBJECT;
    this.depth += 1;
    this.isRecording = true;
    this.pending = [Buffer.from(opening)];
    this.pendingLength = opening.length;
    this.recordStart = at + 1;
    this.isFirstKey = false;
    this.expected = 'colon';
  }

  private endBroken(at: number, surplus: number): void {
    this.endRecord(at, at, false, surplus);
    this.isBroken = false;
    this.opening = null;
    if (this.depth === 0) this.expected = 'top';
  }
}

/** Letters, digits, and the signs of numbers and keys. */
function isScalar(byte: number): boolean {
  const letter = byte | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e || byte === 0x2b || byte === 0x5f
  );
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
}

/** Without the comma and the spaces that led to the next record. */
function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (isSpace(bytes[end - 1]!) || bytes[end - 1] === COMMA)) end -= 1;
  return bytes.subarray(0, end);
}
