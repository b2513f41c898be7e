import type { AuditLog } from '../audit/audit-log.js';
import type { StoredMessage } from '../domain/message.js';
import { HoldfastError } from '../errors/errors.js';
import { fieldValues } from '../query/field-values.js';
import { covers } from './covers.js';
import type { HoldEntry, HoldRegister } from './hold-register.js';
import type { ReadRegister, RegisterStore } from './register-store.js';
import { settleClaim, type ClaimTools } from './settle-claim.js';

/** What became of a hold's clause. */
export interface Placed {
  readonly holdId: string | null;
  readonly entryId: string;
  /** `released`: somebody took it away before it became active. */
  readonly state: 'active' | 'release_pending' | 'released';
  /** Items of older claims that had to be written again. */
  readonly settled: number;
  /** Batches, and so certificates, that had destroyed claimed messages before. Whether the hold meant them is unknown. */
  readonly destroyedBefore: readonly string[];
}

interface PlacingTools extends ClaimTools {
  readonly registers: RegisterStore;
  readonly audit: Pick<AuditLog, 'append'>;
}

/** Who makes a hold active that somebody else has begun to place, for the audit. */
const THE_PROGRAM = 'holdfast';

/**
 * Makes an entry active: settles what claims before it may still destroy, then changes its state, on a register that has no further such
 * claim. Anybody may do it, any number of times. Throws HOLD_PLACING with the hold, how many items
 * of the claim at hand may be unsettled (null: not known) and the cause; and AUDIT_UNAVAILABLE: then it is active.
 */
export async function finishPlacing(tools: PlacingTools, entryId: string, viewer = THE_PROGRAM): Promise<Placed> {
  const placed = await settleAndActivate(tools, entryId);
  // Also where it is so already: whoever made it so may have died, or got no answer, before saying it.
  if (placed.state === 'active') await tools.audit.append({ kind: 'hold_active', viewer, holdId: placed.holdId!, entryId, scopeHash: null });
  return placed;
}

async function settleAndActivate(tools: PlacingTools, entryId: string): Promise<Placed> {
  const progress = { holdId: null as string | null, batches: new Set<string>(), settled: 0, unsettled: null as number | null, destroyedBefore: [] as string[] };
  const answer = (state: Placed['state']): Placed => {
    const { holdId, settled, destroyedBefore } = progress;
    return { holdId, entryId, state, settled, destroyedBefore };
  };
  try {
    for (;;) {
      const read = await tools.registers.read();
      const entry = read.register.entries.find((one) => one.entryId === entryId) ?? null;
      progress.holdId = entry?.holdId ?? progress.holdId;
      if (entry?.state !== 'placing') {
        // What was read may be old, or never be committed.
        if ((await tools.registers.prove(read)) !== null) return answer(entry === null ? 'released' : entry.state);
        continue;
      }
      const open = read.register.claims.filter(({ batchId, claimedAtEpoch }) => claimedAtEpoch < entry.placedAtEpoch && !progress.batches.has(batchId));
      for (const claim of open) {
        progress.unsettled = null;
        const isMeant = (stored: StoredMessage): boolean => isCovered(entry, stored);
        const { settled, hasDestroyed } = await settleClaim(tools, claim, isMeant, (items) => (progress.unsettled = items));
        progress.unsettled = 0;
        progress.batches.add(claim.batchId);
        progress.settled += settled;
        if (hasDestroyed) progress.destroyedBefore.push(claim.batchId);
      }
      if (open.length > 0) continue;
      if ((await activate(tools.registers, read, entryId)) !== null) return answer('active');
    }
  } catch (cause) {
    const { holdId, unsettled } = progress;
    throw new HoldfastError('HOLD_PLACING', cause instanceof HoldfastError ? cause.message : '', { holdId, entryId, unsettled }, { cause });
  }
}

function activate(registers: RegisterStore, read: ReadRegister, entryId: string): Promise<ReadRegister | null> {
  const change = ({ entries }: HoldRegister): HoldEntry[] => entries.map((entry) => (entry.entryId === entryId ? { ...entry, state: 'active' } : entry));
  return registers.replace(read, { entries: change(read.register) });
}

function isCovered({ scope }: HoldEntry, { message }: StoredMessage): boolean {
  return covers(scope, fieldValues(message)) !== 'no';
}
