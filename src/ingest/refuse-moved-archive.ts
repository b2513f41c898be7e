import { readArchiveState, refuseRestored, type ArchiveState } from '../catalog/archive-state.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import { isGone } from './this-process.js';

/**
 * Throws ARCHIVE_MOVED when this archive lives on in another engine, and ARCHIVE_MOVING while it is being copied or is itself an
 * unfinished copy: what were written now would not be in the archive that counts. Throws ARCHIVE_RESTORED while it is not ready.
 */
export async function refuseMovedArchive(catalog: CatalogStore): Promise<void> {
  const state = (await readArchiveState(catalog))?.value ?? null;
  refuseRestored(state);
  if (state === null || state.role === 'current' || isLeftBehind(state)) return;
  const { counterpart, changedAt } = state;
  if (state.role === 'moved')
    throw new HoldfastError('ARCHIVE_MOVED', `It was moved at ${changedAt}. Set HOLDFAST_ENGINE=${counterpart}.`, {
      engine: counterpart,
      changedAt,
    });
  throw new HoldfastError(
    'ARCHIVE_MOVING',
    state.role === 'moving'
      ? `It is being copied to ${counterpart} since ${changedAt}. Try again when that has ended.`
      : `Its copy from ${counterpart} is not complete. Run: holdfast engine migrate`,
    { engine: counterpart, changedAt },
  );
}

/** A move whose process was killed has changed nothing here; the next one copies what came since. */
function isLeftBehind({ role, process }: ArchiveState): boolean {
  return role === 'moving' && isGone(process);
}
