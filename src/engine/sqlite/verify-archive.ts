import type { PreparedMessage, VerifyReport } from '../index-writer.js';
import type { VersionedMessage } from '../search-engine.js';
import { FACTS_BYTES, OFFSET } from './facts.js';
import { foldedColumn } from './folded-column.js';
import { requireVersions, type Connection } from './open-database.js';
import { countMessages, readMessages, type RowMessage } from './stored-messages.js';

const BATCH = 1000;
const MOST_PROBLEMS = 1000;
/** In the order of the FTS table, without `tokens`: those depend on dictionary numbers and are checked by the facts. */
const COLUMNS = ['clean', 'raw', 'masked', 'names', 'attachments', 'digits', 'words'] as const;

/**
 * Compares what is stored three ways: every message has its search row at the same change, its stored folded text is what
 * today's rules make of it, and the index holds exactly its grams, each at its place. The last is done by two sums over
 * (term, column, place) for each row, so the whole index is read once and memory stays at 8 bytes a message.
 */
export async function* verifyArchive(
  connection: Connection,
  prepare: (batch: readonly VersionedMessage[]) => Promise<readonly PreparedMessage[]>,
  foldVersion: string,
): AsyncGenerator<{ done: number; total: number }, VerifyReport> {
  requireVersions(connection, foldVersion);
  connection.exec('BEGIN');
  try {
    const total = countMessages(connection);
    const problems: { id: string; problem: string }[] = [];
    const report = (id: string, problem: string): void => {
      if (problems.length < MOST_PROBLEMS) problems.push({ id, problem });
    };
    yield { done: 0, total };
    const indexed = sumIndex(connection);
    let done = 0;
    for (let row = 0; ; ) {
      const batch = readMessages(connection, row, BATCH);
      if (batch.length === 0) break;
      const prepared = await prepare(batch);
      batch.forEach((message, index) => checkRow(connection, message, prepared[index]!, indexed, report));
      row = batch.at(-1)!.row;
      done += batch.length;
      yield { done, total };
    }
    for (const row of strayRows(connection, indexed)) report(`row ${row}`, 'the index has a row that no message has');
    return { messages: total, problems };
  } finally {
    connection.exec('COMMIT');
  }
}

function checkRow(
  connection: Connection, { row, message, version }: RowMessage, prepared: PreparedMessage, indexed: TermSums,
  report: (id: string, problem: string) => void,
): void {
  const found = connection.prepare<[number], { change: number; folded: string }>('SELECT change, folded FROM search_row WHERE row = ?').get(row);
  if (found === undefined) return report(message.id, 'the message has no search row');
  if (!version.endsWith(`:${found.change}`)) report(message.id, 'message and search row stand at different changes');
  if (found.folded !== foldedColumn(prepared).toString('utf8')) report(message.id, 'the stored folded text is not that of the message');
  const expected = new TermSums(1);
  COLUMNS.forEach((name, column) => {
    const grams = prepared.text(name);
    if (grams !== '') grams.split(' ').forEach((term, place) => expected.add(0, term, column, place));
  });
  if (!expected.isEqual(0, indexed, row)) report(message.id, 'the index does not hold exactly the grams of the message');
  indexed.clear(row);
}

/** Two 32-bit sums for each row over its terms with their places. */
class TermSums {
  private readonly first: Uint32Array;
  private readonly second: Uint32Array;

  constructor(rows: number) {
    this.first = new Uint32Array(rows);
    this.second = new Uint32Array(rows);
  }

  get rows(): number {
    return this.first.length;
  }

  add(row: number, term: string, column: number, place: number): void {
    let hash = 0x811c9dc5 ^ Math.imul(place + 1, 0x9e3779b1) ^ Math.imul(column + 1, 0x85ebca6b);
    for (let index = 0; index < term.length; index++) hash = Math.imul(hash ^ term.charCodeAt(index), 0x01000193);
    this.first[row]! += hash >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    this.second[row]! += (hash ^ (hash >>> 12)) >>> 0;
  }

  isEqual(row: number, other: TermSums, otherRow: number): boolean {
    return this.first[row] === other.first[otherRow] && this.second[row] === other.second[otherRow];
  }

  isEmpty(row: number): boolean {
    return this.first[row] === 0 && this.second[row] === 0;
  }

  clear(row: number): void {
    this.first[row] = 0;
    this.second[row] = 0;
  }
}

function sumIndex(connection: Connection): TermSums {
  const lastRow = connection.prepare<[], number | null>('SELECT max(row) FROM message').pluck().get() ?? 0;
  const sums = new TermSums(lastRow + 1);
  connection.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.gram_places USING fts5vocab(main, grams, instance)`);
  const places = connection.prepare<[], [string, number, string, number]>('SELECT term, doc, col, offset FROM temp.gram_places').raw();
  for (const [term, row, name, place] of places.iterate()) {
    const column = COLUMNS.indexOf(name as (typeof COLUMNS)[number]);
    if (column >= 0 && row <= lastRow) sums.add(row, term, column, place);
  }
  return sums;
}

/** Rows of the index that were not cleared by any message. The rows of destroyed messages are there, but empty. */
function* strayRows(connection: Connection, indexed: TermSums): Generator<number> {
  for (let row = 1; row < indexed.rows; row++) if (!indexed.isEmpty(row)) yield row;
  const beyond = connection
    .prepare<[number], number>(
      `SELECT row FROM search_row WHERE row NOT IN (SELECT row FROM message) AND (folded <> '' OR substr(facts, 5) <> zeroblob(?))`,
    )
    .pluck();
  yield* beyond.all(FACTS_BYTES - OFFSET.id);
}
