import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../errors/errors.js';
import { isLeft, type RemovalState } from '../index-eraser.js';
import { clearDictionary } from './clear-dictionary.js';
import { ARCHIVE_FILE, type Connection } from './open-database.js';

/** Pages of the index that one step of merging writes: about 10 ms, in a transaction of its own. */
const PAGES_A_STEP = 500;
/** Milliseconds for which readers may keep the log, and between two tries. */
const READERS_PATIENCE = 60_000;
const INTERVAL = 250;
/**
 * From this number on, the blocks of the index are lists of deleted rows that merging has yet to leave out: FTS5 numbers the blocks of a
 * segment from its place times 2^37, and these lists as if their segment stood 2^16 places further (fts5_index.c).
 */
const FIRST_DELETED_LIST = 2n ** 53n;

/**
 * Rewrites the index until no segment has a deleted row, which goes on where it was by itself; then clears the
 * names that nothing refers to any more, rewrites the whole file, and empties the log.
 * That deleted rows are overwritten (`secure_delete`) is not enough: when a page is divided, rows that move to another one leave
 * a copy behind, which nothing overwrites when they are deleted there. Takes the room of the archive twice while it runs, once of it where
 * the system keeps temporary files; who wants to write meanwhile waits.
 */
export async function* removeContent(connection: Connection, from: RemovalState | null): AsyncGenerator<RemovalState> {
  const state: RemovalState = from ?? { store: ARCHIVE_FILE, done: null, left: 0, marks: {} };
  const segments = new Segments(connection);
  if (isLeft('released', state)) yield { ...state, done: 'released', left: segments.deletedLists() };
  if (isLeft('rewritten', state)) {
    while (segments.deletedLists() > 0) {
      segments.mergeAll();
      do yield { ...state, done: 'released', left: segments.deletedLists() };
      while (segments.mergeFurther());
    }
    clearDictionary(connection);
    rewriteFile(connection);
    yield { ...state, done: 'rewritten', left: 0 };
  }
  if (isLeft('removed', state)) {
    const end = performance.now() + READERS_PATIENCE;
    while (!emptyLog(connection)) {
      yield { ...state, done: 'rewritten', left: 1 };
      if (performance.now() > end) throw new HoldfastError('ENGINE_BUSY', 'A search or export still reads an older state of the archive.');
      await pause(INTERVAL);
    }
    yield { ...state, done: 'removed', left: 0 };
  }
}

function rewriteFile(connection: Connection): void {
  const usual = connection.pragma('temp_store', { simple: true }) as number;
  // Not in memory, where the writer keeps its small ones.
  connection.pragma('temp_store = FILE');
  try {
    connection.exec('VACUUM');
  } catch (error) {
    throw new HoldfastError('ENGINE_UNAVAILABLE', 'The archive could not be rewritten: is an import at work, or the disk full?', {}, { cause: error });
  } finally {
    connection.pragma(`temp_store = ${usual}`);
  }
}

/** Moves what is in the log to the tables. False while a reader needs it. */
function emptyLog(connection: Connection): boolean {
  const usual = connection.pragma('busy_timeout', { simple: true }) as number;
  connection.pragma(`busy_timeout = ${INTERVAL}`);
  try {
    const [checkpoint] = connection.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
    return checkpoint!.busy === 0;
  } finally {
    connection.pragma(`busy_timeout = ${usual}`);
  }
}

/** The segments of the index. */
class Segments {
  private readonly merge;
  private readonly count;
  private readonly totalChanges;

  constructor(connection: Connection) {
    this.merge = connection.prepare<[number]>(`INSERT INTO grams (grams, rank) VALUES ('merge', CAST(? AS INTEGER))`);
    this.count = connection.prepare<[bigint], number>('SELECT count(*) FROM grams_data WHERE id >= ?').pluck();
    this.totalChanges = connection.prepare<[], number>('SELECT total_changes()').pluck();
  }

  /** Lists of deleted rows whose grams are still there. */
  deletedLists(): number {
    return this.count.get(FIRST_DELETED_LIST)!;
  }

  /** Begins to merge every segment there is into one. */
  mergeAll(): void {
    this.merge.run(-PAGES_A_STEP);
  }

  /** False when there was nothing to do. */
  mergeFurther(): boolean {
    const before = this.totalChanges.get()!;
    this.merge.run(PAGES_A_STEP);
    return this.totalChanges.get()! - before >= 2;
  }
}
