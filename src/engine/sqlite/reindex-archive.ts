import { HoldfastError } from '../../errors/errors.js';
import type { IndexWriter, PreparedMessage } from '../index-writer.js';
import type { VersionedMessage } from '../search-engine.js';
import { readMeta, writeMeta, type Connection } from './open-database.js';
import { countMessages, readMessages } from './stored-messages.js';

const BATCH = 1000;
/** Tries for a batch that an import changes at the same time. */
const MOST_TRIES = 20;

/**
 * Writes every message again with the grams that `prepare` makes. While it runs the archive carries a fold version that
 * no program has, so nothing searches half of it; begun again after a stop it goes on where it was.
 */
export async function* reindexArchive(
  connection: Connection,
  writer: Pick<IndexWriter, 'put'>,
  prepare: (batch: readonly VersionedMessage[]) => Promise<readonly PreparedMessage[]>,
  foldVersion: string,
): AsyncGenerator<{ done: number; total: number }> {
  const marker = `reindexing to ${foldVersion}`;
  if (readMeta(connection, 'foldVersion') !== marker) {
    connection
      .transaction(() => {
        writeMeta(connection, 'foldVersion', marker);
        writeMeta(connection, 'reindexedRow', 0);
      })
      .immediate();
  }
  const total = countMessages(connection);
  let row = Number(readMeta(connection, 'reindexedRow') ?? 0);
  let done = connection.prepare<[number], number>('SELECT count(*) FROM message WHERE row <= ?').pluck().get(row)!;
  for (;;) {
    yield { done, total };
    const batch = readMessages(connection, row, BATCH);
    if (batch.length === 0) break;
    await rewrite(connection, writer, prepare, row);
    row = batch.at(-1)!.row;
    done += batch.length;
    writeMeta(connection, 'reindexedRow', row);
  }
  writeMeta(connection, 'foldVersion', foldVersion);
}

async function rewrite(
  connection: Connection,
  writer: Pick<IndexWriter, 'put'>,
  prepare: (batch: readonly VersionedMessage[]) => Promise<readonly PreparedMessage[]>,
  afterRow: number,
): Promise<void> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const batch = readMessages(connection, afterRow, BATCH);
    const prepared = await prepare(batch);
    const results = await writer.put(prepared.map((message, index) => ({ prepared: message, expected: batch[index]!.version })));
    if (results.every(({ outcome }) => outcome === 'written')) return;
  }
  throw new HoldfastError('ENGINE_BUSY', 'An import changes the same messages. Let it finish, then run reindex again.');
}
