import type { BlobToken } from '../domain/blob-token.js';
import type { StoredMessage } from '../domain/message.js';
import type { ImportOutcome } from '../domain/values.js';
import type { IndexWriter, PreparedMessage, PutItem, Stub } from '../engine/index-writer.js';
import type { VersionToken } from '../engine/search-engine.js';
import type { DestroyedMessages } from '../holds/refuse-destroyed.js';
import type { Encounter, FileContext, MergedBatch } from './enrich-batch.js';
import { unpackMessages } from '../engine/prepared-batch.js';
import type { TakenToken } from './refer-to-media.js';

/** Each round another process may have written first; then the message is read and merged again. */
const ATTEMPTS = 1_000;

export type MergeEncounters = (encounters: readonly Encounter[], context: FileContext) => Promise<MergedBatch>;

/** The engine will never take the message. */
export interface Refusal {
  /** Why; never content. */
  readonly problem: string;
}

export type StoreOutcome = ImportOutcome | Refusal;

/** The references to attachment bytes that the messages of a batch name. */
export interface BatchMedia {
  /** By position. */
  readonly tokens: ReadonlyMap<number, readonly TakenToken[]>;
  readonly release: (tokens: readonly BlobToken[]) => Promise<void>;
}

const NO_MEDIA: BatchMedia = { tokens: new Map(), release: async () => {} };

/**
 * Stores messages as they arrive and returns the outcome of each. Those whose id is taken (stored before, by another process
 * just now, or earlier in this very batch) are joined into what is there, by compare-and-set. What was destroyed is refused (`disposed`), or
 * written over what stands in its place (`reintroduced`), as `destroyed` decides.
 * References of a write that was refused are not used again: what is read then gets fresh ones, and the old are released.
 */
export async function storeBatch(
  messages: readonly PreparedMessage[],
  context: FileContext,
  writer: IndexWriter,
  merge: MergeEncounters,
  destroyed: DestroyedMessages,
  media: BatchMedia = NO_MEDIA,
): Promise<readonly StoreOutcome[]> {
  const results = await writer.put(messages.map((prepared): PutItem => ({ prepared, expected: null })));
  const outcomes = results.map((result): StoreOutcome | null =>
    result.outcome === 'written' ? 'new' : result.outcome === 'refused' ? { problem: result.problem } : null,
  );
  const waiting = new Map<string, number[]>();
  messages.forEach(({ id }, position) => {
    if (outcomes[position] === null) waiting.set(id, [...(waiting.get(id) ?? []), position]);
  });
  const unused: BlobToken[] = [...media.tokens].flatMap(([position, tokens]) => (outcomes[position] === 'new' ? [] : tokens));
  for (let attempt = 0; waiting.size > 0; attempt += 1) {
    if (attempt === ATTEMPTS) throw new Error(`${waiting.size} messages could not be merged in ${ATTEMPTS} attempts`);
    unused.push(...(await mergeWaiting(waiting, messages, outcomes, { context, writer, merge, destroyed, media })));
  }
  // Not before the fresh ones were taken: the bytes need not be stored again.
  if (unused.length > 0) await media.release(unused);
  return outcomes as StoreOutcome[];
}

interface Tools {
  readonly context: FileContext;
  readonly writer: IndexWriter;
  readonly merge: MergeEncounters;
  readonly destroyed: DestroyedMessages;
  readonly media: BatchMedia;
}

/** What stands under an id that is taken, and the positions of the copies that met it. */
interface Met {
  readonly id: string;
  /** Null: nothing, or a stub. */
  readonly stored: StoredMessage | null;
  readonly expected: VersionToken | null;
  readonly disposals: readonly string[];
  readonly positions: readonly number[];
}

/** One round: read, join, write. Removes from `waiting` what got its outcome; returns the references that came to nothing. */
async function mergeWaiting(
  waiting: Map<string, number[]>,
  messages: readonly PreparedMessage[],
  outcomes: (StoreOutcome | null)[],
  { context, writer, merge, destroyed, media }: Tools,
): Promise<readonly BlobToken[]> {
  const ids = [...waiting.keys()];
  const stored = await writer.read(ids);
  const absent = ids.filter((_, index) => stored[index] === null);
  const known = await settleAbsent(absent, { waiting, messages, outcomes, writer, destroyed, media });
  ids.forEach((id, index) => {
    const found = stored[index] ?? null;
    if (found === null) return;
    const { message, raws, version: expected, disposals } = found;
    known.push({ id, stored: { message, raws }, expected, disposals, positions: waiting.get(id)! });
  });
  if (known.length === 0) return [];
  const merged = await merge(known.map((met) => encounterOf(met, messages, media)), context);
  const settled = new Set(known.keys());
  const changes = unpackMessages(merged.messages);
  const results = await writer.put(
    changes.map((prepared, index): PutItem => {
      const { expected, disposals } = known[merged.changed[index]!]!;
      return { prepared, expected, disposals };
    }),
  );
  const refusals = new Map<number, Refusal>();
  const unused: BlobToken[] = [];
  results.forEach((result, index) => {
    const encounter = merged.changed[index]!;
    if (result.outcome !== 'written') unused.push(...(merged.tokens.get(index) ?? []));
    if (result.outcome === 'conflict') settled.delete(encounter);
    if (result.outcome === 'refused') refusals.set(encounter, { problem: result.problem });
  });
  for (const index of settled) {
    const { id, positions, disposals } = known[index]!;
    positions.forEach((position, copy) => {
      const outcome = merged.outcomes[index]![copy]!;
      outcomes[position] = refusals.get(index) ?? (outcome === 'new' && disposals.length > 0 ? 'reintroduced' : outcome);
    });
    waiting.delete(id);
  }
  return unused;
}

interface Waiting {
  readonly waiting: Map<string, number[]>;
  readonly messages: readonly PreparedMessage[];
  readonly outcomes: (StoreOutcome | null)[];
  readonly writer: IndexWriter;
  readonly destroyed: DestroyedMessages;
  readonly media: BatchMedia;
}

/**
 * Ids that are taken, but not by messages. A placeholder, or nothing, refuses no copy. Returns those that need fresh references to be
 * written, and destroyed ones that come back.
 */
async function settleAbsent(ids: readonly string[], tools: Waiting): Promise<Met[]> {
  if (ids.length === 0) return [];
  const { waiting, messages, outcomes, writer, media } = tools;
  const met: Met[] = [];
  const refusing: Stub[] = [];
  const stubs = await writer.readStubs(ids);
  const items: PutItem[] = [];
  ids.forEach((id, index) => {
    const stub = stubs[index] ?? null;
    const positions = waiting.get(id)!;
    if (stub === null || stub.disposals.length === 0) {
      const expected = stub?.version ?? null;
      if (positions.some((position) => media.tokens.has(position))) met.push({ id, stored: null, expected, disposals: [], positions });
      else items.push({ prepared: messages[positions[0]!]!, expected });
      return;
    }
    refusing.push(stub);
  });
  met.push(...(await settleDestroyed(refusing, tools)));
  const results = items.length === 0 ? [] : await writer.put(items);
  results.forEach((result, index) => {
    const { id } = items[index]!.prepared;
    if (result.outcome === 'conflict') return;
    const [first, ...others] = waiting.get(id)!;
    outcomes[first!] = result.outcome === 'written' ? 'new' : { problem: result.problem };
    if (others.length > 0) waiting.set(id, others);
    else waiting.delete(id);
  });
  return met;
}

/** Ids of destroyed messages. Returns those that come back. */
async function settleDestroyed(stubs: readonly Stub[], { waiting, messages, outcomes, destroyed }: Waiting): Promise<Met[]> {
  if (stubs.length === 0) return [];
  const found = stubs.map((stub) => ({ stub, positions: waiting.get(stub.id)! }));
  const verdicts = await destroyed.decide(
    found.map(({ stub, positions }) => ({ stub, arriving: positions.map((position) => messages[position]!) })),
  );
  return found.flatMap(({ stub, positions }, place): Met[] => {
    const { id, version: expected, disposals } = stub;
    if (verdicts[place] === 'reintroduce') return [{ id, stored: null, expected, disposals, positions }];
    if (verdicts[place] === 'again') return [];
    for (const position of positions) outcomes[position] = 'disposed';
    waiting.delete(id);
    return [];
  });
}

function encounterOf({ stored, positions }: Met, messages: readonly PreparedMessage[], { tokens }: BatchMedia): Encounter {
  return {
    stored,
    arriving: positions.map((position) => messages[position]!.document),
    taken: positions.flatMap((position) => tokens.get(position) ?? []),
  };
}
