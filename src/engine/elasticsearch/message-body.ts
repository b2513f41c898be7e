import type { Stub } from '../index-writer.js';
import type { PackedBatch, Piece, PreparedMessage } from '../prepared-batch.js';
import type { DocumentPlace } from './message-version.js';

/** What is written beside the message, to know it again. */
export interface WriteMark {
  /** Names the request that wrote it: after a lost answer it tells whether it was this one. */
  readonly writeId: string;
  /** The sequence number that the document had in the index it was copied from. */
  readonly copiedFrom?: number;
}

/** Replaces this state; null: the id must be absent. */
export type Replaced = Pick<DocumentPlace, 'sequence' | 'term'> | null;

const GRAMS = ['clean', 'raw', 'masked', 'names', 'attachments', 'digits', 'words'] as const satisfies readonly Piece[];
const TEXTS = [['foldedBody', 'body'], ['foldedName', 'name'], ['foldedAttachment', 'attachment']] as const satisfies readonly (readonly [string, Piece])[];
const STRINGS = ['identitySpace', 'platform', 'conversationId', 'conversationKind', 'senderId', 'kind', 'dateState'] as const;
const SETS = ['source', 'custodianId', 'participantId', 'attachmentState', 'importRunId', 'warning'] as const;
const FLAGS = ['isRecalled', 'isEdited', 'hasAttachments', 'isOrphanRecall', 'hasSenderName', 'hasConversationName'] as const;

/** Messages and bytes of one request; a larger message has one to itself. */
const REQUEST_MESSAGES = 1_000;
const REQUEST_BYTES = 8 * 1024 * 1024;

const FIRST_CAPACITY = 1 << 20;
/** No JSON of a message needs more around its pieces, but for its facts. */
const SYNTAX_BYTES = 512;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
/** JSON writes one byte of UTF-8 as six characters at most. */
const LONGEST_ESCAPE = 6;

/** The body of a bulk request for messages and stubs: a line that says what to do and a line with the document, for each. */
export class BulkBody {
  private buffer = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  private length = 0;
  private facts: BatchFacts | null = null;

  /** How many messages it has. */
  count = 0;

  /** Whether it is as much as one request should carry. */
  get isFull(): boolean {
    return this.count >= REQUEST_MESSAGES || this.length >= REQUEST_BYTES;
  }

  /** The lines; they share the memory of the body. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Adds one message. Grams are copied as they are: the token alphabet has nothing that JSON escapes. */
  add(prepared: PreparedMessage, replaced: Replaced, { writeId, copiedFrom }: WriteMark, disposals: readonly string[] = []): void {
    const id = prepared.id;
    if (this.facts?.batch !== prepared.batch) this.facts = new BatchFacts(prepared.batch);
    this.writeText(`${actionLine(id, replaced)}{"id":"${id}"${this.facts.of(prepared)}`);
    for (const name of GRAMS) this.writePiece(name, prepared.bytes(name));
    for (const [name, piece] of TEXTS) this.writeFolded(name, prepared.bytes(piece));
    const copied = copiedFrom === undefined ? '' : `,"copiedFrom":${copiedFrom}`;
    // A list by relevance knows by this that the message was there before its last write.
    const replacement = replaced === null ? '' : ',"isReplacement":true';
    if (disposals.length > 0) this.writeText(`,"disposals":${JSON.stringify(disposals)}`);
    this.writeAscii(`,"writeId":"${writeId}"${copied}${replacement},"document":"${prepared.bytes('document').toString('base64')}"}\n`);
    this.count++;
  }

  /** Adds a stub: what it replaces, it replaces whole. */
  addStub({ id, disposals }: Omit<Stub, 'version'>, replaced: Replaced, { writeId, copiedFrom }: WriteMark): void {
    const document = { id, isStub: true, disposals, writeId, ...(copiedFrom !== undefined && { copiedFrom }) };
    this.writeText(`${actionLine(id, replaced)}${JSON.stringify(document)}\n`);
    this.count++;
  }

  private writePiece(name: string, bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.reserve(bytes.length + SYNTAX_BYTES);
    this.length += this.buffer.write(`,"${name}":"`, this.length, 'latin1');
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    this.buffer[this.length++] = QUOTE;
  }

  private writeFolded(name: string, bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (!needsEscape(bytes)) return this.writePiece(name, bytes);
    this.reserve(bytes.length * LONGEST_ESCAPE + SYNTAX_BYTES);
    this.length += this.buffer.write(`,"${name}":${JSON.stringify(bytes.toString('utf8'))}`, this.length, 'utf8');
  }

  private writeText(text: string): void {
    // A UTF-16 unit becomes 3 bytes at most.
    this.reserve(text.length * 3);
    this.length += this.buffer.write(text, this.length, 'utf8');
  }

  private writeAscii(text: string): void {
    this.reserve(text.length);
    this.length += this.buffer.write(text, this.length, 'latin1');
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

function actionLine(id: string, replaced: Replaced): string {
  return replaced === null
    ? `{"create":{"_id":"${id}"}}\n`
    : `{"index":{"_id":"${id}","if_seq_no":${replaced.sequence},"if_primary_term":${replaced.term}}}\n`;
}

/** Bytes of UTF-8 that JSON does not take as they are. */
function needsEscape(bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!;
    if (byte === QUOTE || byte === BACKSLASH || byte < FIRST_PRINTABLE) return true;
  }
  return false;
}

/** The facts of the messages of one batch as JSON members: what they share is written once. */
class BatchFacts {
  private readonly strings: (string | undefined)[] = [];
  private readonly sets: (string | undefined)[] = [];
  private readonly counts: (string | undefined)[] = [];

  constructor(readonly batch: PackedBatch) {}

  of(prepared: PreparedMessage): string {
    let json = '';
    for (const name of STRINGS) {
      const place = prepared.number(name);
      if (!Number.isNaN(place)) json += `,"${name}":${this.stringAt(place)}`;
    }
    for (const name of SETS) {
      const set = this.setAt(prepared.number(name));
      if (set !== '[]') json += `,"${name}":${set}`;
    }
    for (const name of FLAGS) json += `,"${name}":${prepared.number(name) === 1}`;
    const sentAt = prepared.number('sentAt');
    if (!Number.isNaN(sentAt)) json += `,"sentAt":${sentAt}`;
    const delay = prepared.number('recallDelaySeconds');
    if (!Number.isNaN(delay)) json += `,"recallDelaySeconds":${delay}`;
    return `${json},"bodyLength":${prepared.number('bodyLength')}${this.countsAt(prepared.number('attachmentCounts'))}`;
  }

  private stringAt(place: number): string {
    return (this.strings[place] ??= JSON.stringify(this.batch.strings[place]));
  }

  private setAt(place: number): string {
    return (this.sets[place] ??= JSON.stringify(this.batch.sets[place]));
  }

  /** A set such as ["missing:2"] becomes an object. */
  private countsAt(place: number): string {
    return (this.counts[place] ??= countsMember(this.batch.sets[place]!));
  }
}

function countsMember(counts: readonly string[]): string {
  if (counts.length === 0) return '';
  const members = counts.map((entry) => {
    const [state, count] = entry.split(':');
    return `"${state}":${count}`;
  });
  return `,"attachmentCounts":{${members.join(',')}}`;
}
