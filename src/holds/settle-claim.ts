import type { CatalogStore } from '../catalog/catalog-store.js';
import type { StoredMessage } from '../domain/message.js';
import type { VersionToken } from '../domain/version-token.js';
import { readStanding } from '../engine/standing.js';
import { HoldfastError } from '../errors/errors.js';
import type { Claim } from './hold-register.js';
import { settle, type SettleTools } from './settle.js';

/** What of a batch record matters to those who do not destroy. */
interface ClaimedItems {
  readonly items: readonly { readonly id: string; readonly version: VersionToken }[];
}

export interface ClaimTools extends SettleTools {
  readonly catalog: CatalogStore;
}

/** What became of one claim. */
export interface SettledClaim {
  readonly batchId: string;
  readonly settled: number;
  /** Whether the batch had destroyed one of the settled items before. Whether that one was meant is then unknown. */
  readonly hasDestroyed: boolean;
}

/**
 * Settles the items of a claim but for those that stand at exactly the claimed version and are surely not meant: that very state is all
 * that the claim's owner can erase. Tells how many are to be settled before it begins. Errors are the engine's; again does no harm.
 */
export async function settleClaim(
  tools: ClaimTools, { batchId }: Claim, isMeant: (stored: StoredMessage) => boolean, onOpen: (items: number) => void = () => {},
): Promise<SettledClaim> {
  const batch = await tools.catalog.get<ClaimedItems>('disposition-batch', batchId);
  // It was created before it was claimed: an old copy answered.
  if (batch === null) throw new HoldfastError('ENGINE_UNAVAILABLE', 'A claimed batch cannot be read.', { batchId });
  const { items } = batch.value;
  const standing = await readStanding(tools.writer, items.map(({ id }) => id));
  const open = items.filter(({ version }, place) => {
    const found = standing[place]!;
    return found.kind !== 'message' || found.message.version !== version || isMeant(found.message);
  });
  onOpen(open.length);
  const settled = await settle(tools, open.map(({ id }) => id));
  return { batchId, settled: settled.size, hasDestroyed: [...settled.values()].some(({ disposals }) => disposals.includes(batchId)) };
}
