import type { Actor } from '../access/people.js';
import { isLeft, type RemovalState, type RemovalStep } from '../engine/index-eraser.js';

/** A backup that may hold what was destroyed. Times are UTC milliseconds. */
export interface HoldingBackup {
  readonly backupId: string;
  readonly keepUntil: number;
}

/** The archive that was given up when this one moved to another engine. It holds what was destroyed here since. */
export interface MovedArchive {
  /** As HOLDFAST_ENGINE names it. */
  readonly engine: string;
  /** Who said that it is deleted, and when (UTC milliseconds); null: nobody has. */
  readonly gone: { readonly actor: Actor; readonly at: number } | null;
}

/** The physical removal of what some batches destroyed, and how far it is. */
export interface Removal {
  readonly removalId: string;
  /** UTC milliseconds. */
  readonly startedAt: number;
  readonly startedBy: Actor;
  /** UTC milliseconds, when nothing was left any more; null: something may be. */
  readonly finishedAt: number | null;
  /** Batches whose certificates stood before it began. */
  readonly batchIds: readonly string[];
  /** As HOLDFAST_ENGINE names it. */
  readonly engine: string;
  /** Null: not begun. */
  readonly content: RemovalState | null;
  /** UTC milliseconds, when the engine's files held nothing any more: a backup that began before may. */
  readonly contentRemovedAt: number | null;
  /** Whether no file of an attachment is left that nothing refers to. */
  readonly areAttachmentsGone: boolean;
  /** Null: nobody has looked yet. */
  readonly backups: readonly HoldingBackup[] | null;
  /** Null: the archive was never moved, or nobody has looked yet. */
  readonly movedArchive: MovedArchive | null;
}

/** Every place where destroyed content may still be. */
export const REMOVAL_STORES = [
  'message', 'raw_records', 'extracted_text', 'grams', 'folded_text', 'identifiers', 'engine_log', 'engine_files', 'attachments', 'backups',
  'moved_archive',
] as const;
export type RemovalStore = (typeof REMOVAL_STORES)[number];

/** One line of the certificate. */
export interface RemovalLine {
  readonly store: RemovalStore;
  readonly isClosed: boolean;
  /** What it waits for; null when it is closed. */
  readonly waitsFor: string | null;
  /** UTC milliseconds, when it is closed by itself; null where nobody can tell. */
  readonly until: number | null;
}

const OF_CONTENT = ['message', 'raw_records', 'extracted_text', 'grams', 'folded_text', 'identifiers'] as const;

/** The state of each store, in the order of `REMOVAL_STORES`. `now`: UTC milliseconds. */
export function removalLines(removal: Removal, now: number): readonly RemovalLine[] {
  // The log of SQLite is emptied last; that of Elasticsearch before its segments are rewritten.
  const logStep = removal.engine === 'sqlite' ? 'removed' : 'flushed';
  return [
    ...OF_CONTENT.map((store) => contentLine(removal, store, 'rewritten')),
    contentLine(removal, 'engine_log', logStep),
    contentLine(removal, 'engine_files', 'removed'),
    attachmentsLine(removal),
    backupsLine(removal, now),
    movedArchiveLine(removal),
  ];
}

/** Whether nothing is left anywhere. */
export function isRemoved(removal: Removal, now: number): boolean {
  return removal.contentRemovedAt !== null && removalLines(removal, now).every(({ isClosed }) => isClosed);
}

function contentLine({ content }: Removal, store: RemovalStore, step: RemovalStep): RemovalLine {
  return content !== null && !isLeft(step, content) ? closed(store) : open(store, 'holdfast disposition remove');
}

function attachmentsLine({ areAttachmentsGone }: Removal): RemovalLine {
  return areAttachmentsGone ? closed('attachments') : open('attachments', 'holdfast disposition remove');
}

function backupsLine({ backups }: Removal, now: number): RemovalLine {
  if (backups === null) return open('backups', 'holdfast disposition remove');
  const kept = backups.filter(({ keepUntil }) => keepUntil > now);
  if (kept.length === 0) return closed('backups');
  return open('backups', `backups ${kept.map(({ backupId }) => backupId).join(', ')}`, Math.max(...kept.map(({ keepUntil }) => keepUntil)));
}

function movedArchiveLine({ movedArchive, contentRemovedAt }: Removal): RemovalLine {
  if (contentRemovedAt === null) return open('moved_archive', 'holdfast disposition remove');
  if (movedArchive === null || movedArchive.gone !== null) return closed('moved_archive');
  return open('moved_archive', `the archive that was left in ${movedArchive.engine}`);
}

function closed(store: RemovalStore): RemovalLine {
  return { store, isClosed: true, waitsFor: null, until: null };
}

function open(store: RemovalStore, waitsFor: string, until: number | null = null): RemovalLine {
  return { store, isClosed: false, waitsFor, until };
}
