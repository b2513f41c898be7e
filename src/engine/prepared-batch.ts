import type { IndexedGrams } from '../analysis/indexed-grams.js';
import type { AttachmentState } from '../domain/values.js';
import type { FieldValues } from '../query/fields.js';
import type { FoldedText } from '../query/folded-text.js';

/** All that the analysis found about one message. */
export interface AnalyzedMessage {
  readonly id: string;
  readonly values: FieldValues;
  /** Code points of the folded body. */
  readonly bodyLength: number;
  readonly hasSenderName: boolean;
  readonly hasConversationName: boolean;
  /** How many attachments are in each state. */
  readonly attachmentCounts: Readonly<Partial<Record<AttachmentState, number>>>;
  readonly folded: FoldedText;
  readonly grams: IndexedGrams;
  /** Message and raw records, as `document-codec.ts` packs them. */
  readonly document: Uint8Array;
}

/** The pieces of bytes of a message, in this order: the id (16 bytes), UTF-8 texts, the document. */
const PIECES = [
  'id', 'body', 'name', 'attachment', 'clean', 'raw', 'masked', 'names', 'attachments', 'digits', 'words', 'document',
] as const;
export type Piece = (typeof PIECES)[number];

/** The numbers of a message, in this order. Strings and sets stand as their places in the batch, what is missing as NaN. */
const STRINGS = ['identitySpace', 'platform', 'conversationId', 'conversationKind', 'senderId', 'kind', 'dateState'] as const;
const SETS = ['source', 'custodianId', 'participantId', 'attachmentState', 'importRunId', 'warning'] as const;
const FLAGS = ['isRecalled', 'isEdited', 'hasAttachments', 'isOrphanRecall'] as const;
const NUMBERS = [...STRINGS, ...SETS, ...FLAGS, 'hasSenderName', 'hasConversationName', 'sentAt', 'recallDelaySeconds', 'bodyLength', 'attachmentCounts'] as const;
export type NumberName = (typeof NUMBERS)[number];

const PIECE_PLACES = Object.fromEntries(PIECES.map((name, place) => [name, place])) as Record<Piece, number>;
const NUMBER_PLACES = Object.fromEntries(NUMBERS.map((name, place) => [name, place])) as Record<NumberName, number>;
const NOTHING = Buffer.alloc(0);

/**
 * Messages ready to be written, on their way between threads: a few large pieces, since thousands of small strings cost the
 * writing thread more than SQLite does. Plain data.
 */
export interface PackedBatch {
  readonly count: number;
  /** The pieces of all messages behind each other. */
  readonly bytes: Uint8Array;
  /** Where each piece ends, message by message. */
  readonly ends: Uint32Array;
  readonly numbers: Float64Array;
  /** Every string and set of the messages once. Counts of attachments stand as sets such as ["missing:2"]. */
  readonly strings: readonly string[];
  readonly sets: readonly (readonly string[])[];
}

export function packMessages(messages: readonly AnalyzedMessage[]): PackedBatch {
  const strings = new Pool<string>((value) => value);
  // lengths keep sets apart whatever their members hold
  const sets = new Pool<readonly string[]>((values) => values.map((value) => `${value.length}:${value}`).join(''));
  const pieces = new PieceBuffer(messages.length * PIECES.length);
  const numbers = new Float64Array(messages.length * NUMBERS.length);
  let place = 0;
  for (const message of messages) {
    addPieces(pieces, message);
    const { values } = message;
    for (const name of STRINGS) numbers[place++] = values[name] === null ? NaN : strings.placeOf(values[name]);
    for (const name of SETS) numbers[place++] = sets.placeOf(values[name]);
    for (const name of FLAGS) numbers[place++] = Number(values[name]);
    numbers[place++] = Number(message.hasSenderName);
    numbers[place++] = Number(message.hasConversationName);
    numbers[place++] = values.sentAt ?? NaN;
    numbers[place++] = values.recallDelaySeconds ?? NaN;
    numbers[place++] = message.bodyLength;
    numbers[place++] = sets.placeOf(countsAsSet(message.attachmentCounts));
  }
  return { count: messages.length, bytes: pieces.bytes(), ends: pieces.ends, numbers, strings: strings.values, sets: sets.values };
}

/** The messages of a batch; they share its memory. */
export function unpackMessages(batch: PackedBatch): PreparedMessage[] {
  return Array.from({ length: batch.count }, (_, index) => new PreparedMessage(batch, index));
}

/** A message ready to be written: all analysis done, nothing left for the engine but storing. */
export class PreparedMessage {
  constructor(
    readonly batch: PackedBatch,
    private readonly index: number,
  ) {}

  get id(): string {
    return this.bytes('id').toString('hex');
  }

  get document(): Uint8Array {
    return this.bytes('document');
  }

  get folded(): FoldedText {
    return { body: this.text('body'), name: this.text('name'), attachment: this.text('attachment') };
  }

  get values(): FieldValues {
    const values: Record<string, unknown> = { id: this.id, sentAt: this.orNull('sentAt'), recallDelaySeconds: this.orNull('recallDelaySeconds') };
    for (const name of STRINGS) values[name] = this.has(name) ? this.batch.strings[this.number(name)] : null;
    for (const name of SETS) values[name] = this.batch.sets[this.number(name)];
    for (const name of FLAGS) values[name] = this.number(name) === 1;
    return values as unknown as FieldValues;
  }

  /** A number; a string's or set's place in the batch; 1 or 0 for a flag; NaN when there is none. */
  number(name: NumberName): number {
    return this.batch.numbers[this.index * NUMBERS.length + NUMBER_PLACES[name]]!;
  }

  /** A piece as it is bound and sent: UTF-8 but for id and document. */
  bytes(name: Piece): Buffer {
    const { ends, bytes } = this.batch;
    const place = this.index * PIECES.length + PIECE_PLACES[name];
    const start = place === 0 ? 0 : ends[place - 1]!;
    const end = ends[place]!;
    return start === end ? NOTHING : Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  }

  text(name: Exclude<Piece, 'id' | 'document'>): string {
    return this.bytes(name).toString('utf8');
  }

  private has(name: NumberName): boolean {
    return !Number.isNaN(this.number(name));
  }

  private orNull(name: NumberName): number | null {
    return this.has(name) ? this.number(name) : null;
  }
}

/** Values by their places, each kept once. */
class Pool<Value> {
  readonly values: Value[] = [];
  private readonly places = new Map<string, number>();

  constructor(private readonly keyOf: (value: Value) => string) {}

  placeOf(value: Value): number {
    const key = this.keyOf(value);
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.values.push(value) - 1;
      this.places.set(key, place);
    }
    return place;
  }
}

/** Bytes behind each other in memory that grows. */
class PieceBuffer {
  readonly ends: Uint32Array;
  private buffer = Buffer.allocUnsafeSlow(1 << 20);
  private length = 0;
  private count = 0;

  constructor(pieces: number) {
    this.ends = new Uint32Array(pieces);
  }

  addText(text: string): void {
    if (text !== '') {
      // A UTF-16 unit becomes 3 bytes at most.
      this.reserve(text.length * 3);
      this.length += this.buffer.write(text, this.length, 'utf8');
    }
    this.ends[this.count++] = this.length;
  }

  addBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    this.ends[this.count++] = this.length;
  }

  bytes(): Uint8Array {
    // A view would take all of its memory along when it is sent.
    return new Uint8Array(this.buffer.subarray(0, this.length));
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

function addPieces(pieces: PieceBuffer, { id, folded, grams, document }: AnalyzedMessage): void {
  pieces.addBytes(Buffer.from(id, 'hex'));
  pieces.addText(folded.body);
  pieces.addText(folded.name);
  pieces.addText(folded.attachment);
  pieces.addText(grams.clean);
  pieces.addText(grams.raw);
  pieces.addText(grams.masked);
  pieces.addText(grams.names);
  pieces.addText(grams.attachments);
  pieces.addText(grams.digits);
  pieces.addText(grams.words);
  pieces.addBytes(document);
}

function countsAsSet(counts: AnalyzedMessage['attachmentCounts']): readonly string[] {
  return Object.entries(counts).map(([state, count]) => `${state}:${count}`).sort();
}
