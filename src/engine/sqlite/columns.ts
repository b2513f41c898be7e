import { ConversationRows } from './conversation-rows.js';
import { DictionaryReader } from './dictionary.js';
import { FACTS_BYTES, FLAG, OFFSET } from './facts.js';
import { monthOf } from './filter-tokens.js';
import { readMeta, type Connection } from './open-database.js';

/** Rows read at a time at start: 5 MB of facts. */
const ROWS_A_READ = 65_536;
const FIRST_CAPACITY = 65_536;

/**
 * The filter fields of every message in memory, one typed column per field, indexed by row number (from 1; 0 is unused).
 * About 70 bytes a message. Strings and sets are dictionary numbers, closed lists positions.
 */
export class Columns {
  readonly dictionary = new DictionaryReader();
  /** Everything stored up to this change number is here. */
  watermark = 0;
  /** The highest row number. */
  lastRow = 0;
  /** Messages that can be found. */
  liveCount = 0;
  /** Sum of `bodyLength` over them. */
  bodyLengthSum = 0;
  /** How many messages each month (`monthOf`) has. */
  readonly monthCounts = new Map<number, number>();
  /** Rows that have attachments, in no order; may hold rows that lost them. */
  rowsWithAttachments: number[] = [];
  private readonly conversationRows = new ConversationRows();

  sentAt = new Float64Array(FIRST_CAPACITY);
  /** The id as four numbers of 32 bits, most significant first, four entries a row. */
  idWords = new Uint32Array(FIRST_CAPACITY * 4);
  identitySpace = new Uint32Array(FIRST_CAPACITY);
  conversationId = new Uint32Array(FIRST_CAPACITY);
  senderId = new Uint32Array(FIRST_CAPACITY);
  participantId = new Uint32Array(FIRST_CAPACITY);
  custodianId = new Uint32Array(FIRST_CAPACITY);
  source = new Uint32Array(FIRST_CAPACITY);
  importRunId = new Uint32Array(FIRST_CAPACITY);
  recallDelaySeconds = new Int32Array(FIRST_CAPACITY);
  bodyLength = new Uint32Array(FIRST_CAPACITY);
  warnings = new Uint32Array(FIRST_CAPACITY);
  attachmentCounts = new Uint32Array(FIRST_CAPACITY);
  platform = new Uint8Array(FIRST_CAPACITY);
  kind = new Uint8Array(FIRST_CAPACITY);
  conversationKind = new Uint8Array(FIRST_CAPACITY);
  dateState = new Uint8Array(FIRST_CAPACITY);
  attachmentStates = new Uint16Array(FIRST_CAPACITY);
  flags = new Uint16Array(FIRST_CAPACITY);

  /**
   * Takes in everything stored since the last call. Run it inside the read transaction of the search, so that columns
   * and index show one snapshot. Returns the rows that changed after they were first read (their caches are stale).
   */
  refresh(connection: Connection): readonly number[] {
    const change = Number(readMeta(connection, 'change'));
    if (change === this.watermark) return [];
    this.dictionary.refresh(connection);
    const changedRows: number[] = [];
    const isFirst = this.watermark === 0;
    for (const facts of isFirst ? readAllFacts(connection) : readNewFacts(connection, this.watermark)) {
      for (let offset = 0; offset < facts.length; offset += FACTS_BYTES) this.take(facts, offset, changedRows);
    }
    this.watermark = change;
    return changedRows;
  }

  isLive(row: number): boolean {
    return (this.flags[row]! & FLAG.live) !== 0;
  }

  /** The rows of a conversation, given as its dictionary number, upwards; dead ones included. */
  rowsOfConversation(conversation: number): Uint32Array {
    return this.conversationRows.of(conversation, this.conversationId, this.lastRow, this.dictionary.size);
  }

  /** The id of a row, 32 hex digits. */
  idOf(row: number): string {
    let id = '';
    for (let word = 0; word < 4; word++) id += this.idWords[row * 4 + word]!.toString(16).padStart(8, '0');
    return id;
  }

  private take(facts: Buffer, offset: number, changedRows: number[]): void {
    const row = facts.readUInt32LE(offset + OFFSET.row);
    this.reserve(row);
    if (row <= this.lastRow) this.conversationRows.forget();
    if (row <= this.lastRow && this.isLive(row)) {
      this.uncount(row);
      changedRows.push(row);
    }
    this.lastRow = Math.max(this.lastRow, row);
    for (let word = 0; word < 4; word++) this.idWords[row * 4 + word] = facts.readUInt32BE(offset + OFFSET.id + word * 4);
    for (const field of UINT32_FIELDS) this[field][row] = facts.readUInt32LE(offset + OFFSET[field]);
    for (const field of UINT8_FIELDS) this[field][row] = facts[offset + OFFSET[field]]!;
    this.sentAt[row] = facts.readDoubleLE(offset + OFFSET.sentAt);
    this.recallDelaySeconds[row] = facts.readInt32LE(offset + OFFSET.recallDelaySeconds);
    this.attachmentStates[row] = facts.readUInt16LE(offset + OFFSET.attachmentStates);
    this.flags[row] = facts.readUInt16LE(offset + OFFSET.flags);
    if (this.isLive(row)) this.count(row);
  }

  private count(row: number): void {
    this.liveCount += 1;
    this.bodyLengthSum += this.bodyLength[row]!;
    const month = monthOf(this.sentAt[row]!);
    this.monthCounts.set(month, (this.monthCounts.get(month) ?? 0) + 1);
    if (this.attachmentCounts[row] !== 0) this.rowsWithAttachments.push(row);
  }

  private uncount(row: number): void {
    this.liveCount -= 1;
    this.bodyLengthSum -= this.bodyLength[row]!;
    const month = monthOf(this.sentAt[row]!);
    const left = this.monthCounts.get(month)! - 1;
    if (left > 0) this.monthCounts.set(month, left);
    else this.monthCounts.delete(month);
    if (this.attachmentCounts[row] !== 0) this.rowsWithAttachments = this.rowsWithAttachments.filter((known) => known !== row);
  }

  private reserve(row: number): void {
    if (row < this.sentAt.length) return;
    const capacity = Math.max(row + 1, Math.ceil(this.sentAt.length * 1.5));
    for (const field of [...UINT32_FIELDS, ...UINT8_FIELDS, 'recallDelaySeconds', 'attachmentStates', 'flags', 'sentAt'] as const) {
      (this as Record<typeof field, AnyColumn>)[field] = grown(this[field], capacity);
    }
    this.idWords = grown(this.idWords, capacity * 4);
  }
}

const UINT32_FIELDS = [
  'identitySpace', 'conversationId', 'senderId', 'participantId', 'custodianId', 'source', 'importRunId', 'bodyLength', 'warnings',
  'attachmentCounts',
] as const;
const UINT8_FIELDS = ['platform', 'kind', 'conversationKind', 'dateState'] as const;

type AnyColumn = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

function grown<Column extends AnyColumn>(column: Column, capacity: number): Column {
  const larger = new (column.constructor as new (length: number) => Column)(capacity);
  larger.set(column);
  return larger;
}

/**
 * The facts of all rows, in pieces. One aggregate that joins the packed facts costs a tenth of reading row by row: a
 * million rows take 0.1 s.
 */
export function* readAllFacts(connection: Connection): Generator<Buffer> {
  const read = connection
    .prepare<[number, number], Buffer | null>(`SELECT CAST(group_concat(facts, '') AS BLOB) FROM search_row WHERE row BETWEEN ? AND ?`)
    .pluck();
  const last = connection.prepare<[], number | null>('SELECT max(row) FROM search_row').pluck().get() ?? 0;
  for (let row = 1; row <= last; row += ROWS_A_READ) yield read.get(row, row + ROWS_A_READ - 1) ?? Buffer.alloc(0);
}

function* readNewFacts(connection: Connection, watermark: number): Generator<Buffer> {
  const read = connection.prepare<[number], Buffer | null>(
    `SELECT CAST(group_concat(facts, '') AS BLOB) FROM (SELECT facts FROM search_row WHERE change > ? ORDER BY change)`,
  );
  yield read.pluck().get(watermark) ?? Buffer.alloc(0);
}
