import type { FieldName } from '../../query/fields.js';
import { decodeDocument } from '../document-codec.js';
import type { ValueLabel } from '../search-engine.js';
import type { Columns } from './columns.js';
import type { RowTest } from './compile-filter.js';
import { FLAG } from './facts.js';
import type { IndexReader } from './index-reader.js';
import { rowOrder } from './row-order.js';

type LabelledColumn = 'senderId' | 'conversationId';

/** Which column's newest row names the values of a field. */
const LABELLED: Readonly<Partial<Record<FieldName, LabelledColumn>>> = {
  senderId: 'senderId', participantId: 'senderId', custodianId: 'senderId', conversationId: 'conversationId',
};
const NAME_FLAG = { senderId: FLAG.hasSenderName, conversationId: FLAG.hasConversationName } as const;

/**
 * Names for people and conversations, each from the newest message that carries one. The newest rows are kept between
 * searches and brought up to date as rows are added; a changed row makes them be worked out again.
 */
export class RowLabels {
  private readonly newest: Record<LabelledColumn, Uint32Array> = { senderId: new Uint32Array(0), conversationId: new Uint32Array(0) };
  private readonly names = new Map<number, { senderId: string | null; conversationId: string | null }>();
  private upTo = 0;

  constructor(
    private readonly columns: Columns,
    private readonly reader: IndexReader,
  ) {}

  /** Tells which rows changed after they were read. */
  forget(changedRows: readonly number[]): void {
    if (changedRows.length === 0) return;
    this.upTo = 0;
    this.newest.senderId = new Uint32Array(0);
    this.newest.conversationId = new Uint32Array(0);
    this.names.clear();
  }

  /**
   * The label of each value, in order; null for fields without labels and values without a name. `isVisible` says which
   * rows may be looked at, null = all.
   */
  of(field: FieldName, values: readonly string[], isVisible: RowTest | null): readonly ValueLabel[] {
    const column = LABELLED[field];
    if (column === undefined || values.length === 0) return values.map((value) => ({ value, label: null }));
    if (isVisible === null) this.bringUpToDate();
    const newest = isVisible === null ? this.newest[column] : this.newestRows(column, 1, isVisible);
    return values.map((value) => {
      const row = newest[this.columns.dictionary.numberOf(value) ?? 0] ?? 0;
      return { value, label: row === 0 ? null : this.nameIn(row, column) };
    });
  }

  private nameIn(row: number, column: LabelledColumn): string | null {
    let known = this.names.get(row);
    if (known === undefined) {
      const { message } = decodeDocument(this.reader.document(row));
      known = { senderId: message.senderName, conversationId: message.conversationName };
      this.names.set(row, known);
    }
    return known[column];
  }

  private bringUpToDate(): void {
    if (this.upTo === this.columns.lastRow) return;
    for (const column of ['senderId', 'conversationId'] as const) {
      this.newest[column] = this.newestRows(column, this.upTo + 1, null, this.newest[column]);
    }
    this.upTo = this.columns.lastRow;
  }

  /** By dictionary number the newest row that carries a name, beginning with those `known` from before `firstRow`. */
  private newestRows(column: LabelledColumn, firstRow: number, isVisible: RowTest | null, known: Uint32Array = new Uint32Array(0)): Uint32Array {
    const { columns } = this;
    const isNewer = rowOrder('newest', columns);
    const newest = new Uint32Array(columns.dictionary.size);
    newest.set(known);
    const flags = NAME_FLAG[column] | FLAG.live;
    for (let row = firstRow; row <= columns.lastRow; row++) {
      if ((columns.flags[row]! & flags) !== flags || (isVisible !== null && !isVisible(row))) continue;
      const number = columns[column][row]!;
      if (newest[number] === 0 || isNewer(row, newest[number]!) < 0) newest[number] = row;
    }
    return newest;
  }
}
