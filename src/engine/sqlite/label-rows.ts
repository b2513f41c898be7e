import type { FieldName } from '../../query/fields.js';
import { decodeDocument } from '../document-codec.js';
import type { ValueLabel } from '../search-engine.js';
import type { Columns } from './columns.js';
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
  private readonly newest = { senderId: new Uint32Array(0), conversationId: new Uint32Array(0) };
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

  /** The label of each value, in order; null for fields without labels and values without a name. */
  of(field: FieldName, values: readonly string[]): readonly ValueLabel[] {
    const column = LABELLED[field];
    if (column === undefined || values.length === 0) return values.map((value) => ({ value, label: null }));
    this.bringUpToDate();
    return values.map((value) => {
      const row = this.newest[column][this.columns.dictionary.numberOf(value) ?? 0] ?? 0;
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
    const { columns } = this;
    if (this.upTo === columns.lastRow) return;
    const isNewer = rowOrder('newest', columns);
    for (const column of ['senderId', 'conversationId'] as const) {
      const newest = new Uint32Array(columns.dictionary.size);
      newest.set(this.newest[column]);
      const flag = NAME_FLAG[column];
      for (let row = this.upTo + 1; row <= columns.lastRow; row++) {
        if ((columns.flags[row]! & (flag | FLAG.live)) !== (flag | FLAG.live)) continue;
        const number = columns[column][row]!;
        if (newest[number] === 0 || isNewer(row, newest[number]!) < 0) newest[number] = row;
      }
      this.newest[column] = newest;
    }
    this.upTo = columns.lastRow;
  }
}
