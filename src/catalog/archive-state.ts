import type { CatalogRecord, CatalogStore } from './catalog-store.js';

/**
 * What an engine's archive is for. `current`: it is written and searched. `moving`: it is being copied to another engine.
 * `receiving`: it is the copy that is being made. `moved`: the archive lives on elsewhere, this one is only searched.
 */
export type ArchiveRole = 'current' | 'moving' | 'receiving' | 'moved';

/** One record of the catalog. An archive that never took part in a move has none: it is current. */
export interface ArchiveState {
  /** The same in every copy of one archive, made by its first move. */
  readonly archiveId: string;
  readonly role: ArchiveRole;
  /** The engine on the other side of the latest move, as HOLDFAST_ENGINE names it. */
  readonly counterpart: string;
  /** ISO 8601 UTC. */
  readonly changedAt: string;
  /** The process that moves it. */
  readonly process: { readonly host: string; readonly pid: number; readonly token: string };
}

const KIND = 'archive-state';
const ID = 'state';

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
