import type { ImportOutcome } from '../domain/values.js';
import type { IndexWriter, PreparedMessage, PutItem } from '../engine/index-writer.js';
import type { VersionedMessage } from '../engine/search-engine.js';
import type { Encounter, FileContext, MergedBatch } from './enrich-batch.js';
import { unpackMessages } from '../engine/prepared-batch.js';

/** Each round another process may have written first; then the message is read and merged again. */
const ATTEMPTS = 1_000;

export type MergeEncounters = (encounters: readonly Encounter[], context: FileContext) => Promise<MergedBatch>;

/** The engine will never take the message. */
export interface Refusal {
  /** Why; never content. */
  readonly problem: string;
}

export type StoreOutcome = ImportOutcome | Refusal;

/**
 * Stores messages as they arrive and returns the outcome of each. Those whose id is taken (stored before, by another process
 * just now, or earlier in this very batch) are joined into what is there, by compare-and-set. What was destroyed is refused: `disposed`.
 */
export async function storeBatch(
  messages: readonly PreparedMessage[],
  context: FileContext,
  writer: IndexWriter,
  merge: MergeEncounters,
): Promise<readonly StoreOutcome[]> {
  const results = await writer.put(messages.map((prepared): PutItem => ({ prepared, expected: null })));
  const outcomes = results.map((result): StoreOutcome | null =>
    result.outcome === 'written' ? 'new' : result.outcome === 'refused' ? { problem: result.problem } : null,
  );
  const waiting = new Map<string, number[]>();
  messages.forEach(({ id }, position) => {
    if (outcomes[position] === null) waiting.set(id, [...(waiting.get(id) ?? []), position]);
  });
  for (let attempt = 0; waiting.size > 0; attempt += 1) {
    if (attempt === ATTEMPTS) throw new Error(`${waiting.size} messages could not be merged in ${ATTEMPTS} attempts`);
    await mergeWaiting(waiting, messages, outcomes, { context, writer, merge });
  }
  return outcomes as StoreOutcome[];
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
  outcomes: (StoreOutcome | null)[],
  { context, writer, merge }: Tools,
): Promise<void> {
  const ids = [...waiting.keys()];
  const stored = await writer.read(ids);
  await settleAbsent(ids.filter((_, index) => stored[index] === null), { waiting, messages, outcomes, writer });
  const known = ids.flatMap((id, index) => {
    const found = stored[index] ?? null;
    return found === null ? [] : [{ id, found, positions: waiting.get(id)! }];
  });
  if (known.length === 0) return;
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
  const refusals = new Map<number, Refusal>();
  results.forEach((result, index) => {
    const encounter = merged.changed[index]!;
    if (result.outcome === 'conflict') settled.delete(encounter);
    if (result.outcome === 'refused') refusals.set(encounter, { problem: result.problem });
  });
  for (const index of settled) {
    const { id, positions } = known[index]!;
    positions.forEach((position, copy) => (outcomes[position] = refusals.get(index) ?? merged.outcomes[index]![copy]!));
    waiting.delete(id);
  }
}

interface Waiting {
  readonly waiting: Map<string, number[]>;
  readonly messages: readonly PreparedMessage[];
  readonly outcomes: (StoreOutcome | null)[];
  readonly writer: IndexWriter;
}

/** Ids that are taken, but not by messages. What stands in the place of a destroyed one refuses all copies; a placeholder, or nothing, none. */
async function settleAbsent(ids: readonly string[], { waiting, messages, outcomes, writer }: Waiting): Promise<void> {
  if (ids.length === 0) return;
  const stubs = await writer.readStubs(ids);
  const items: PutItem[] = [];
  ids.forEach((id, index) => {
    const stub = stubs[index] ?? null;
    const positions = waiting.get(id)!;
    if (stub === null || stub.disposals.length === 0) {
      items.push({ prepared: messages[positions[0]!]!, expected: stub?.version ?? null });
      return;
    }
    for (const position of positions) outcomes[position] = 'disposed';
    waiting.delete(id);
  });
  const results = items.length === 0 ? [] : await writer.put(items);
  results.forEach((result, index) => {
    const { id } = items[index]!.prepared;
    if (result.outcome === 'conflict') return;
    const [first, ...others] = waiting.get(id)!;
    outcomes[first!] = result.outcome === 'written' ? 'new' : { problem: result.problem };
    if (others.length > 0) waiting.set(id, others);
    else waiting.delete(id);
  });
}

function encounterOf({ message, raws }: VersionedMessage, arriving: readonly PreparedMessage[]): Encounter {
  return { stored: { message, raws }, arriving: arriving.map(({ document }) => document) };
}
