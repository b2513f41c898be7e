/** Conversations whose rows are kept: reading one takes several searches, and following a chain misses every cache. */
const MOST_READ = 32;

/**
 * The rows of each conversation, as chains through the rows: 4 bytes a message. A conversation is read without looking at the
 * rows of any other, which for a million messages takes microseconds instead of milliseconds.
 */
export class ConversationRows {
  /** By row: the row before it in its conversation; 0 = it is the first. */
  private previous = new Uint32Array(0);
  /** By the conversation's dictionary number, as `counts`. */
  private last = new Uint32Array(0);
  private counts = new Uint32Array(0);
  private upTo = 0;
  /** The rows of the conversations read last, of this very state. */
  private readonly read = new Map<number, Uint32Array>();

  /** A known row may have moved to another conversation: the chains are made again when next needed. */
  forget(): void {
    this.upTo = 0;
    this.read.clear();
  }

  /** All rows of a conversation, upwards, dead ones included. `column` tells the conversation of each row up to `lastRow`. */
  of(conversation: number, column: Uint32Array, lastRow: number, dictionarySize: number): Uint32Array {
    this.bringUpToDate(column, lastRow, dictionarySize);
    const known = this.read.get(conversation);
    if (known !== undefined) return known;
    const rows = new Uint32Array(conversation === 0 ? 0 : (this.counts[conversation] ?? 0));
    let row = this.last[conversation] ?? 0;
    for (let index = rows.length - 1; index >= 0; index--) {
      rows[index] = row;
      row = this.previous[row]!;
    }
    if (this.read.size >= MOST_READ) this.read.delete(this.read.keys().next().value!);
    this.read.set(conversation, rows);
    return rows;
  }

  private bringUpToDate(column: Uint32Array, lastRow: number, dictionarySize: number): void {
    if (this.upTo === lastRow) return;
    this.read.clear();
    if (this.upTo === 0) {
      this.last = new Uint32Array(0);
      this.counts = new Uint32Array(0);
    }
    this.previous = grown(this.previous, column.length);
    this.last = grown(this.last, dictionarySize);
    this.counts = grown(this.counts, dictionarySize);
    const { previous, last, counts } = this;
    for (let row = this.upTo + 1; row <= lastRow; row++) {
      const conversation = column[row]!;
      previous[row] = last[conversation]!;
      last[conversation] = row;
      counts[conversation]! += 1;
    }
    this.upTo = lastRow;
  }
}

function grown(column: Uint32Array<ArrayBuffer>, capacity: number): Uint32Array<ArrayBuffer> {
  if (column.length >= capacity) return column;
  const larger = new Uint32Array(capacity);
  larger.set(column);
  return larger;
}
