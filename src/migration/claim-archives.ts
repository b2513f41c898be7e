import { randomUUID } from 'node:crypto';
import type { AuditBlock } from '../audit/audit-block.js';
import { readArchiveState, refuseRestored, writeArchiveState, type ArchiveRole, type ArchiveState } from '../catalog/archive-state.js';
import { CATALOG_KINDS, type CatalogRecord } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { HoldfastError } from '../errors/errors.js';
import { isElsewhere, isGone, thisProcess, type ProcessMark } from '../ingest/this-process.js';
import type { OpenArchive } from './open-archive.js';

export interface MovedPair {
  readonly source: OpenArchive;
  readonly target: OpenArchive;
  readonly clock: Clock;
  /** Whoever uses it is sure that processes on other machines, of which nobody here can tell, have ended. */
  readonly othersHaveEnded: boolean;
}

type Known = CatalogRecord<ArchiveState> | null;

/** Two archives that this process, and no other, is moving between: nobody else writes them. */
export class ArchiveClaim {
  private constructor(
    private readonly pair: MovedPair,
    private readonly archiveId: string,
    private source: Known,
    private target: Known,
    /** The target held a part or an older state of this very archive before. */
    readonly isRepeated: boolean,
  ) {}

  /** Throws MIGRATION_REFUSED when the target holds anything else than a copy of this archive, or either is not free. */
  static async take(pair: MovedPair): Promise<ArchiveClaim> {
    const source = await readArchiveState(pair.source.catalog);
    const target = await readArchiveState(pair.target.catalog);
    requireMovable(source?.value ?? null, target?.value ?? null, pair);
    if (target === null) await requireEmpty(pair.target);
    await requireOneAudit(pair);
    const archiveId = source?.value.archiveId ?? randomUUID();
    const claim = new ArchiveClaim(pair, archiveId, source, target, target !== null);
    // A source that is given up already stays so: only the last step of that move is missing.
    if (source?.value.role !== 'moved') await claim.mark('source', 'moving');
    try {
      await claim.mark('target', 'receiving');
    } catch (error) {
      await claim.release();
      throw error;
    }
    return claim;
  }

  /** The archive lives on in the target, or would if only that said so. */
  get isSourceGivenUp(): boolean {
    return this.source?.value.role === 'moved';
  }

  /** The archive lives on in the target. The order leaves no moment in which both could be written. */
  async complete(): Promise<void> {
    await this.mark('source', 'moved');
    await this.mark('target', 'current');
  }

  /** After a move that came to nothing yet: the source is written again, and the unfinished copy waits. */
  async release(): Promise<void> {
    if (this.source?.value.role === 'moving') await this.mark('source', 'current');
  }

  private async mark(side: 'source' | 'target', role: ArchiveRole): Promise<void> {
    const { [side]: archive, clock } = this.pair;
    const other = side === 'source' ? this.pair.target : this.pair.source;
    const changedAt = new Date(clock.now()).toISOString();
    const state = { archiveId: this.archiveId, role, counterpart: other.engine, changedAt, process: thisProcess() };
    const written = await writeArchiveState(archive.catalog, this[side], state);
    if (written === null) throw refused('Another process moves it at this moment.');
    this[side] = written;
  }
}

function requireMovable(source: ArchiveState | null, target: ArchiveState | null, pair: MovedPair): void {
  const isAtWork = (mark: ProcessMark): boolean =>
    !isGone(mark) && mark.token !== thisProcess().token && !(pair.othersHaveEnded && isElsewhere(mark));
  const isSameArchive = target !== null && target.archiveId === source?.archiveId;
  refuseRestored(source);
  if (target !== null && !isSameArchive) throw refused(`${pair.target.engine} holds another archive.`);
  if (source?.role === 'receiving') throw refused(`What ${pair.source.engine} holds is an unfinished copy from ${source.counterpart}.`);
  if (source?.role === 'moved' && target?.role !== 'receiving')
    throw refused(`It was moved to ${source.counterpart} at ${source.changedAt} already: set HOLDFAST_ENGINE=${source.counterpart}.`);
  if (target?.role === 'current' || target?.role === 'moving') throw refused(`${pair.target.engine} holds the archive itself.`);
  const [busy] = [source, target].filter((state) => state !== null && state.role !== 'current' && state.role !== 'moved');
  if (busy && isAtWork(busy.process))
    throw refused(`Process ${busy.process.pid} on ${busy.process.host} moves it since ${busy.changedAt}.`, { pid: busy.process.pid });
}

async function requireEmpty({ engine, writer, catalog }: OpenArchive): Promise<void> {
  for (const kind of CATALOG_KINDS) {
    if ((await catalog.list(kind, { first: 1 })).length > 0)
      throw refused(`${engine} holds another archive: its catalog has a record of kind ${kind}.`);
  }
  await writer.refresh();
  for await (const batch of writer.readAllStubs()) {
    if (batch.length > 0) throw refused(`${engine} holds another archive: messages were destroyed in it.`);
  }
  for await (const batch of writer.readAll()) {
    if (batch.length > 0) throw refused(`${engine} holds messages of another archive.`);
  }
}

/** The target's audit is a first part of the source's: each block names the hash of the one before. */
async function requireOneAudit({ source, target }: MovedPair): Promise<void> {
  const [last] = await target.catalog.list<AuditBlock>('audit-block', { first: 1, order: 'down' });
  if (last === undefined) return;
  const ours = await source.catalog.get<AuditBlock>('audit-block', last.id);
  if (ours?.value.hash !== last.value.hash)
    throw refused(`The audit in ${target.engine} went its own way: it was searched since the archive was moved. Move into an empty one.`);
}

function refused(detail: string, facts: Record<string, number> = {}): HoldfastError {
  return new HoldfastError('MIGRATION_REFUSED', detail, facts);
}
