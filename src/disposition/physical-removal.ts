import type { Actor } from '../access/people.js';
import { canonicalHash } from '../audit/audit-block.js';
import type { AuditLog } from '../audit/audit-log.js';
import { backupsHolding } from '../backup/backup-record.js';
import { readArchiveState, type ArchiveState } from '../catalog/archive-state.js';
import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { newRecordId } from '../domain/record-id.js';
import { isLeft, type IndexEraser } from '../engine/index-eraser.js';
import { HoldfastError } from '../errors/errors.js';
import { listAll } from './list-all.js';
import type { Proposal } from './proposal.js';
import { isRemoved, type MovedArchive, type Removal } from './removal.js';

const KIND = 'removal';
/** Milliseconds between two saves while the engine is at work. */
const SAVE_INTERVAL = 2_000;

export interface RemovalTools {
  readonly catalog: CatalogStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly eraser: Pick<IndexEraser, 'remove'>;
  /** As HOLDFAST_ENGINE names it. */
  readonly engine: string;
  /** Deletes every file of attachments that nothing refers to any more. */
  readonly sweepAttachments: () => Promise<void>;
}

/**
 * Takes the bytes of destroyed messages out of every store, step by step; what is done is stored, and the next call goes on. One
 * process at a time: a second one that changes the same record throws ENGINE_BUSY, and nothing is lost. Destroys no message.
 */
export class PhysicalRemoval {
  constructor(private readonly tools: RemovalTools) {}

  /**
   * Goes on with every removal that is not finished, and begins one for batches that none covers; yields after each step. A removal that waits
   * for backups, or for the archive that was moved away, stays open. Throws ENGINE_BUSY while imports or readers keep it from being done,
   * and AUDIT_UNAVAILABLE: then it is not complete.
   */
  async *run(actor: Actor): AsyncGenerator<Removal> {
    for (const open of await listAll<Removal>(this.tools.catalog, KIND)) {
      if (open.value.finishedAt === null) yield* this.goOn(actor, open);
    }
    const begun = await this.begin(actor);
    if (begun !== null) yield* this.goOn(actor, begun);
    await this.completeProposals();
  }

  async find(removalId: string): Promise<Removal | null> {
    return (await this.tools.catalog.get<Removal>(KIND, removalId))?.value ?? null;
  }

  /** Those that cover one of the batches, in the order of their beginning. */
  async covering(batchIds: readonly string[]): Promise<readonly Removal[]> {
    const wanted = new Set(batchIds);
    const removals = await listAll<Removal>(this.tools.catalog, KIND);
    return removals.map(({ value }) => value).filter((removal) => removal.batchIds.some((id) => wanted.has(id)));
  }

  /** A person says that the archive which was moved away is deleted. Changes what is still open. */
  async declareMovedArchiveGone(actor: Actor): Promise<void> {
    const { catalog, audit, clock } = this.tools;
    for (const open of await listAll<Removal>(catalog, KIND)) {
      const { removalId, movedArchive, finishedAt } = open.value;
      if (finishedAt !== null || movedArchive === null || movedArchive.gone !== null) continue;
      await audit.append({ kind: 'moved_archive_gone', viewer: actor, removalId, hash: null });
      await this.save(open, { movedArchive: { ...movedArchive, gone: { actor, at: clock.now() } } });
    }
  }

  /** Null when every batch is covered. */
  private async begin(actor: Actor): Promise<CatalogRecord<Removal> | null> {
    const { catalog, audit, clock, engine } = this.tools;
    const batchIds = await this.uncovered();
    if (batchIds.length === 0) return null;
    const startedAt = clock.now();
    const removalId = newRecordId(startedAt);
    await audit.append({ kind: 'removal_started', viewer: actor, removalId, hash: null });
    const removal: Removal = {
      ...{ removalId, startedAt, startedBy: actor, finishedAt: null, batchIds, engine, content: null, contentRemovedAt: null },
      ...{ areAttachmentsGone: false, backups: null, movedArchive: null },
    };
    return catalog.create(KIND, removalId, removal);
  }

  private async uncovered(): Promise<readonly string[]> {
    const { catalog } = this.tools;
    const covered = new Set((await listAll<Removal>(catalog, KIND)).flatMap(({ value }) => value.batchIds));
    const proposals = await listAll<Proposal>(catalog, 'disposition');
    return this.certified(proposals.flatMap(({ value }) => value.batchIds).filter((id) => !covered.has(id)));
  }

  private async *goOn(actor: Actor, open: CatalogRecord<Removal>): AsyncGenerator<Removal> {
    const { catalog, clock, engine, sweepAttachments } = this.tools;
    let current = open;
    if (current.value.contentRemovedAt === null) {
      for await (current of this.removeContent(current)) yield current.value;
    }
    if (!current.value.areAttachmentsGone) {
      await sweepAttachments();
      yield (current = await this.save(current, { areAttachmentsGone: true })).value;
    }
    const { contentRemovedAt, movedArchive } = current.value;
    const backups = (await backupsHolding(catalog, contentRemovedAt!)).map(({ backupId, keepUntil }) => ({ backupId, keepUntil }));
    current = await this.save(current, {
      backups,
      movedArchive: movedArchive ?? leftBehind(await readArchiveState(catalog), engine),
    });
    yield current.value;
    if (isRemoved(current.value, clock.now())) yield await this.finish(actor, current);
  }

  private async *removeContent(open: CatalogRecord<Removal>): AsyncGenerator<CatalogRecord<Removal>> {
    const { clock, eraser } = this.tools;
    let current = open;
    let savedAt = 0;
    for await (const content of eraser.remove(current.value.content)) {
      const isStep = content.done !== current.value.content?.done;
      if (isStep || clock.now() - savedAt >= SAVE_INTERVAL) {
        current = await this.save(current, { content });
        savedAt = clock.now();
      }
      yield { ...current, value: { ...current.value, content } };
    }
    const { content } = current.value;
    if (content === null || isLeft('removed', content)) throw new Error('the engine ended without having removed');
    yield await this.save(current, { contentRemovedAt: clock.now() });
  }

  private async finish(actor: Actor, open: CatalogRecord<Removal>): Promise<Removal> {
    const { audit, clock } = this.tools;
    const finished: Removal = { ...open.value, finishedAt: clock.now() };
    await audit.append({ kind: 'removal_completed', viewer: actor, removalId: finished.removalId, hash: canonicalHash(finished) });
    await this.save(open, finished);
    return finished;
  }

  /** A proposal is complete when everything that it destroyed is removed. */
  private async completeProposals(): Promise<void> {
    const { catalog } = this.tools;
    const removals = await listAll<Removal>(catalog, KIND);
    const removed = new Set(removals.flatMap(({ value }) => (value.finishedAt === null ? [] : value.batchIds)));
    for (const { id, version, value } of await listAll<Proposal>(catalog, 'disposition')) {
      const isComplete = value.state === 'erased' && (await this.certified(value.batchIds.filter((batchId) => !removed.has(batchId)))).length === 0;
      // Refused: somebody else was quicker, or the next removal does it.
      if (isComplete) await catalog.replace<Proposal>('disposition', id, version, { ...value, state: 'complete' });
    }
  }

  /** Those that destroyed something, or may have; the others were never claimed. */
  private async certified(batchIds: readonly string[]): Promise<readonly string[]> {
    const certified: string[] = [];
    for (const id of batchIds) if ((await this.tools.catalog.get('disposition-certificate', id)) !== null) certified.push(id);
    return certified;
  }

  private async save({ id, version, value }: CatalogRecord<Removal>, change: Partial<Removal>): Promise<CatalogRecord<Removal>> {
    const saved = await this.tools.catalog.replace<Removal>(KIND, id, version, { ...value, ...change });
    if (saved === null) throw new HoldfastError('ENGINE_BUSY', `Another process is at work on the removal ${id}.`, { id });
    return saved;
  }
}

/** An archive that was never moved names its own engine, or nothing. */
function leftBehind(state: CatalogRecord<ArchiveState> | null, engine: string): MovedArchive | null {
  return state === null || state.value.counterpart === engine ? null : { engine: state.value.counterpart, gone: null };
}
