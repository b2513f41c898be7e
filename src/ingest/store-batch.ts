import type { ImportOutcome } from '../domain/values.js';
import type { IndexWriter, PreparedMessage, PutItem } from '../engine/index-writer.js';
import type { VersionedMessage } from '../engine/search-engine.js';
import type { Encounter, FileContext, MergedBatch } from './enrich-batch.js';
import { unpackMessages } from '../engine/prepared-batch.js';

/** Each round another process may have written first; then the message is read and merged again. */
const ATTEMPTS = 1_000;

export type MergeEncounters = (encounters: readonly Encounter[], context: FileContext) => Promise<MergedBatch>;

/**
 * Stores messages as they arrive and returns the outcome of each. Those whose id is taken (stored before, by another process
 * just now, or earlier in this very batch) are joined into what is there, by compare-and-set.
 */
export async function storeBatch(
  messages: readonly PreparedMessage[],
  context: FileContext,
  writer: IndexWriter,
  merge: MergeEncounters,
): Promise<readonly ImportOutcome[]> {
  const results = await writer.put(messages.map((prepared): PutItem => ({ prepared, expected: null })));
  const outcomes = results.map(({ outcome }): ImportOutcome | null => (outcome === 'written' ? 'new' : null));
  const waiting = new Map<string, number[]>();
  messages.forEach(({ id }, position) => {
    if (outcomes[position] === null) waiting.set(id, [...(waiting.get(id) ?? []), position]);
  });
  for (let attempt = 0; waiting.size > 0; attempt += 1) {
    if (attempt === ATTEMPTS) throw new Error(`${waiting.size} messages could not be merged in ${ATTEMPTS} attempts`);
    await mergeWaiting(waiting, messages, outcomes, { context, writer, merge });
  }
  return outcomes as ImportOutcome[];
}

interface Tools {
  readonly context: FileContext;
  readonly writer: IndexWriter;
  readonly merge: MergeEncounters;
}

/** One round: read, join, write. Removes from `waiting` what got its outcome. */
async function mergeWaiting(
  waiting: Map<string, number[]>,
  messages: readonly PreparedMessage[],
  outcomes: (ImportOutcome | null)[],
  { context, writer, merge }: Tools,
): Promise<void> {
  const ids = [...waiting.keys()];
  const stored = await writer.read(ids);
  const known = ids.flatMap((id, index) => {
    const found = stored[index] ?? null;
    return found === null ? [] : [{ id, found, positions: waiting.get(id)! }];
  });
  const merged = await merge(
    known.map(({ found, positions }) =>
      encounterOf(
        found,
        positions.map((position) => messages[position]!),
      ),
    ),
    context,
  );
  const settled = new Set(known.keys());
  const changes = unpackMessages(merged.messages);
  const results = await writer.put(
    changes.map((prepared, index) => ({ prepared, expected: known[merged.changed[index]!]!.found.version })),
  );
  results.forEach(({ outcome }, index) => {
    if (outcome === 'conflict') settled.delete(merged.changed[index]!);
  });
  for (const index of settled) {
    const { id, positions } = known[index]!;
    positions.forEach((position, copy) => (outcomes[position] = merged.outcomes[index]![copy]!));
    waiting.delete(id);
  }
}

function encounterOf({ message, raws }: VersionedMessage, arriving: readonly PreparedMessage[]): Encounter {
  return { stored: { message, raws }, arriving: arriving.map(({ document }) => document) };
}
