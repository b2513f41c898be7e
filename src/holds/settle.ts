import type { IndexWriter } from '../engine/index-writer.js';
import { disposalsOf, readStanding, touch, type Prepare, type Standing } from '../engine/standing.js';
import { HoldfastError } from '../errors/errors.js';

/** What settling writes with. */
export interface SettleTools {
  readonly writer: IndexWriter;
  /** Analyzes messages to be written again. */
  readonly prepare: Prepare;
}

/** What was touched under an id. No erase of anything older can succeed any more. */
export interface Settled {
  readonly id: string;
  readonly standing: Standing;
  /** The batches that destroyed it, in order: one that is not among them never did, and never will. */
  readonly disposals: readonly string[];
}

/** Refused by others that write the same messages meanwhile, so often, it is no longer chance. */
const ATTEMPTS = 1_000;

/**
 * Reads and touches until each touch has succeeded; the results by id. Errors are the engine's (ENGINE_UNAVAILABLE and the like): some
 * items may be settled then, and settling again does no harm.
 */
export async function settle({ writer, prepare }: SettleTools, ids: readonly string[]): Promise<ReadonlyMap<string, Settled>> {
  const settled = new Map<string, Settled>();
  let waiting = [...new Set(ids)];
  for (let attempt = 0; waiting.length > 0; attempt += 1) {
    if (attempt === ATTEMPTS) throw new HoldfastError('ENGINE_BUSY', `${waiting.length} messages are being written all the time.`);
    const standing = await readStanding(writer, waiting);
    const results = await touch(writer, standing, prepare);
    results.forEach((result, place) => {
      const found = standing[place]!;
      if (result.outcome === 'refused') throw new HoldfastError('ENGINE_WRITE_BLOCKED', result.problem, { id: found.id });
      if (result.outcome === 'written') settled.set(found.id, { id: found.id, standing: found, disposals: disposalsOf(found) });
    });
    waiting = waiting.filter((id) => !settled.has(id));
  }
  return settled;
}
