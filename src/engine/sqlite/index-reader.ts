import type { Statement } from 'better-sqlite3';
import { HoldfastError } from '../../errors/errors.js';
import type { FoldedText } from '../../query/folded-text.js';
import { splitFolded } from './folded-column.js';
import type { Connection } from './open-database.js';

const COMMA = 0x2c;
const ZERO = 0x30;
/** Rows whose folded text is read at a time by a pass over everything. */
const ROWS_A_BATCH = 8192;
/** Between two rows of such a batch; `fold` never makes it. */
const ROW_BOUNDARY = '\u{E082}';

/** A stretch of rows with their folded columns, as stored. */
export interface FoldedBatch {
  readonly rows: Uint32Array;
  readonly columns: readonly string[];
}

/** The look-ups that searches are made of, as prepared statements of one connection. */
export class IndexReader {
  private readonly countStatement: Statement<[string], number>;
  private readonly rowsStatement: Statement<[string], Buffer | null>;
  private readonly foldedStatement: Statement<[number], string>;
  private readonly documentStatement: Statement<[number], Buffer>;
  private readonly batchStatement: Statement<[string, number, number], [Buffer | null, string | null]>;
  private readonly lastRowStatement: Statement<[], number | null>;

  constructor(readonly connection: Connection) {
    this.countStatement = connection.prepare<[string], number>('SELECT count(*) FROM grams WHERE grams MATCH ?').pluck();
    this.rowsStatement = connection
      .prepare<[string], Buffer | null>('SELECT CAST(group_concat(rowid) AS BLOB) FROM grams WHERE grams MATCH ?')
      .pluck();
    this.foldedStatement = connection.prepare<[number], string>('SELECT folded FROM search_row WHERE row = ?').pluck();
    this.documentStatement = connection.prepare<[number], Buffer>('SELECT document FROM message WHERE row = ?').pluck();
    this.batchStatement = connection
      .prepare<[string, number, number], [Buffer | null, string | null]>(
        'SELECT CAST(group_concat(row) AS BLOB), group_concat(folded, ?) FROM search_row WHERE row BETWEEN ? AND ?',
      )
      .raw();
    this.lastRowStatement = connection.prepare<[], number | null>('SELECT max(row) FROM search_row').pluck();
  }

  /** How many rows an FTS5 expression hits. */
  count(expression: string): number {
    return run(() => this.countStatement.get(expression)!);
  }

  /** The rows an FTS5 expression hits, upwards. One joined text costs a quarter of reading row by row. */
  rows(expression: string): Uint32Array {
    return parseRows(run(() => this.rowsStatement.get(expression) ?? null));
  }

  /** As `rows`, of those whose stored text holds every key: read and compared inside SQLite, at a third of the cost of doing it here. */
  rowsHolding(expression: string, keys: readonly string[]): Uint32Array {
    const statement = this.connection
      .prepare<string[], Buffer | null>(
        'SELECT CAST(group_concat(grams.rowid) AS BLOB) FROM grams CROSS JOIN search_row ON search_row.row = grams.rowid ' +
          `WHERE grams MATCH ? ${keys.map(() => 'AND instr(search_row.folded, ?)').join(' ')}`,
      )
      .pluck();
    return parseRows(run(() => statement.get(expression, ...keys) ?? null));
  }

  /** The stored text of at most `count` rows, evenly spread. */
  foldedSample(count: number, lastRow: number): readonly string[] {
    const step = Math.max(1, lastRow / count);
    const texts: string[] = [];
    for (let row = 1; row <= lastRow; row += step) {
      const text = this.foldedStatement.get(Math.floor(row));
      if (text !== undefined) texts.push(text);
    }
    return texts;
  }

  folded(row: number): FoldedText {
    const column = this.foldedStatement.get(row);
    if (column === undefined) throw new HoldfastError('INDEX_CORRUPT', 'A message of the index has no text row.', { row });
    return splitFolded(column);
  }

  /** The stored document of a row. */
  document(row: number): Buffer {
    const document = this.documentStatement.get(row);
    if (document === undefined) throw new HoldfastError('INDEX_CORRUPT', 'A message of the index has no document.', { row });
    return document;
  }

  /** All rows with their folded text, upwards. */
  *foldedBatches(): Generator<FoldedBatch> {
    const last = this.lastRowStatement.get() ?? 0;
    for (let row = 1; row <= last; row += ROWS_A_BATCH) {
      const [rows, folded] = this.batchStatement.get(ROW_BOUNDARY, row, row + ROWS_A_BATCH - 1)!;
      if (rows !== null) yield { rows: parseRows(rows), columns: (folded ?? '').split(ROW_BOUNDARY) };
    }
  }
}

function parseRows(text: Buffer | null): Uint32Array {
  if (text === null) return new Uint32Array(0);
  let commas = 0;
  for (let index = 0; index < text.length; index++) if (text[index] === COMMA) commas += 1;
  const rows = new Uint32Array(commas + 1);
  let row = 0;
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === COMMA) {
      rows[length++] = row;
      row = 0;
    } else {
      row = row * 10 + character - ZERO;
    }
  }
  rows[length] = row;
  return rows;
}

function run<Result>(query: () => Result): Result {
  try {
    return query();
  } catch (error) {
    if (error instanceof Error && /fts5|parser stack|expression tree/i.test(error.message)) {
      throw new HoldfastError('QUERY_TOO_LARGE', 'The index refuses an expression of this size.', {}, { cause: error });
    }
    throw error;
  }
}
