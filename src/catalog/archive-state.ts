import { HoldfastError } from '../errors/errors.js';
import type { CatalogRecord, CatalogStore } from './catalog-store.js';

/**
 * What an engine's archive is for. `current`: it is written and searched. `moving`: it is being copied to another engine.
 * `receiving`: it is the copy that is being made. `moved`: the archive lives on elsewhere, this one is only searched.
 * `restored`: it was brought back from a backup, and may hold what has been destroyed since: nobody reads or imports.
 */
export type ArchiveRole = 'current' | 'moving' | 'receiving' | 'moved' | 'restored';

/** One record of the catalog. An archive that was never moved or restored has none: it is current. */
export interface ArchiveState {
  /** The same in every copy of one archive, made by its first move. */
  readonly archiveId: string;
  readonly role: ArchiveRole;
  /** The engine on the other side of the latest move, as HOLDFAST_ENGINE names it; its own where there was none. */
  readonly counterpart: string;
  /** ISO 8601 UTC. */
  readonly changedAt: string;
  /** The process that moves or restores it. */
  readonly process: { readonly host: string; readonly pid: number; readonly token: string };
  /** While it is `restored`: the backup, and when it was begun (UTC milliseconds). */
  readonly backup?: { readonly backupId: string; readonly startedAt: number };
}

const KIND = 'archive-state';
const ID = 'state';

/** Throws ARCHIVE_RESTORED while what was destroyed since the backup is not destroyed again. */
export function refuseRestored(state: ArchiveState | null): void {
  if (state?.role !== 'restored') return;
  throw new HoldfastError(
    'ARCHIVE_RESTORED',
    'Place the holds again that came since; then run: holdfast restore --certificates-from <files or data directory> --as administrator',
    { backupId: state.backup?.backupId ?? null, restoredAt: state.changedAt },
  );
}

/** The state with its version; null where no move has ever begun. */
export function readArchiveState(catalog: CatalogStore): Promise<CatalogRecord<ArchiveState> | null> {
  return catalog.get<ArchiveState>(KIND, ID);
}

/** Replaces what was read by `readArchiveState`; null when somebody else has changed it since. */
export function writeArchiveState(
  catalog: CatalogStore,
  known: CatalogRecord<ArchiveState> | null,
  state: ArchiveState,
): Promise<CatalogRecord<ArchiveState> | null> {
  return known === null ? catalog.create(KIND, ID, state) : catalog.replace(KIND, ID, known.version, state);
}
