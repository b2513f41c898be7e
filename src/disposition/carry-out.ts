import type { Actor } from '../access/people.js';
import { canonicalHash } from '../audit/audit-block.js';
import type { BatchEvent } from '../audit/audit-event.js';
import type { KeepReason } from '../domain/values.js';
import type { EraseItem } from '../engine/index-eraser.js';
import type { HoldRegister } from '../holds/hold-register.js';
import type { ReadRegister, RegisterChange, RegisterStore } from '../holds/register-store.js';
import { settle, type Settled } from '../holds/settle.js';
import type { Certificate } from './certificate.js';
import type { DisposalTools } from './disposal-tools.js';
import type { BatchItem, DispositionBatch } from './disposition-batch.js';
import { reasonOfHolds } from './judge.js';

const KIND = 'disposition-certificate';
/** How often an audit entry is tried before its act is given up. */
const AUDIT_ATTEMPTS = 3;

/** What a claimed batch is to become. */
export interface Decided {
  readonly batch: DispositionBatch;
  /** The register that shows the claim, proven. */
  readonly claimed: ReadRegister;
  /** At the claimed versions. */
  readonly erasable: readonly EraseItem[];
  /** Why other items are kept. */
  readonly kept: ReadonlyMap<string, KeepReason>;
}

/**
 * Destroys what a claim allows, and closes it: settles every item, writes the certificate, removes the claim. Anybody may, beside others
 * and any number of times. Errors are those of the engine, and AUDIT_UNAVAILABLE: the claim stands
 * then, and is to be finished.
 */
export async function carryOut(tools: DisposalTools, viewer: Actor, { batch, claimed, erasable, kept }: Decided): Promise<Certificate> {
  const { batchId, items } = batch;
  const reasons = new Map(kept);
  let wanted = erasable;
  if (wanted.length > 0 && !(await isIntended(tools, viewer, batch, wanted.length))) {
    for (const { id } of wanted) reasons.set(id, 'audit');
    wanted = [];
  }
  const acknowledged = await erase(tools, wanted, batchId);
  if (acknowledged === null) for (const { id } of wanted) reasons.set(id, 'dropped');
  const open = items.flatMap(({ id }) => (acknowledged?.has(id) === true ? [] : [id]));
  const settled = await settle(tools, open);
  const isDestroyed = ({ id }: BatchItem): boolean => settled.get(id)?.disposals.includes(batchId) ?? true;
  const left = items.filter((item) => !isDestroyed(item));
  await explain(tools, left.map(({ id }) => settled.get(id)!), reasons);
  const certificate = await certify(tools, batch, {
    destroyed: items.filter(isDestroyed),
    kept: left.map(({ id }) => ({ id, reason: reasons.get(id)! })),
  });
  await append(tools, { kind: 'disposition_completed', viewer, batchId, hash: canonicalHash(certificate), itemCount: certificate.destroyed.length });
  await removeClaim(tools.registers, claimed, batchId);
  return certificate;
}

async function removeClaim(registers: RegisterStore, claimed: ReadRegister, batchId: string): Promise<void> {
  const without = ({ claims }: HoldRegister): RegisterChange => ({ claims: claims.filter((claim) => claim.batchId !== batchId) });
  // Mostly nobody has changed it since.
  if ((await registers.replace(claimed, without(claimed.register))) !== null) return;
  await registers.change((register) => (register.claims.some((claim) => claim.batchId === batchId) ? without(register) : null));
}

/** The one certificate of a batch: whoever is second takes the first one's. */
export async function certify(
  { catalog, clock, blobs }: DisposalTools, batch: DispositionBatch,
  { destroyed, kept }: { readonly destroyed: readonly BatchItem[]; readonly kept: Certificate['kept'] },
): Promise<Certificate> {
  const { batchId, proposalId } = batch;
  const tokens = destroyed.flatMap((item) => item.tokens);
  const released = tokens.length === 0 ? { removed: 0, shared: 0 } : await blobs.release(tokens);
  const certificate: Certificate = {
    batchId,
    proposalId,
    writtenAt: clock.now(),
    destroyed: destroyed.map(({ id, rule, commitment }) => ({ id, rule, commitment })),
    kept: [...batch.kept, ...kept],
    blobs: { removed: released.removed, shared: released.shared },
  };
  for (;;) {
    if ((await catalog.create(KIND, batchId, certificate)) !== null) return certificate;
    const found = await catalog.get<Certificate>(KIND, batchId);
    // Read alone it may never be committed.
    if (found !== null && (await catalog.replace(KIND, batchId, found.version, found.value)) !== null) return found.value;
  }
}

/** Adds an entry, trying again; throws AUDIT_UNAVAILABLE. */
export async function append({ audit }: DisposalTools, event: BatchEvent): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await audit.append(event);
      return;
    } catch (error) {
      if (attempt === AUDIT_ATTEMPTS) throw error;
    }
  }
}

async function isIntended(tools: DisposalTools, viewer: Actor, batch: DispositionBatch, itemCount: number): Promise<boolean> {
  try {
    await append(tools, { kind: 'disposition_intended', viewer, batchId: batch.batchId, hash: canonicalHash(batch), itemCount });
    return true;
  } catch {
    return false;
  }
}

/** The items whose destruction was acknowledged; null: nobody knows of any. */
async function erase({ eraser }: DisposalTools, items: readonly EraseItem[], batchId: string): Promise<ReadonlySet<string> | null> {
  if (items.length === 0) return new Set();
  try {
    const results = await eraser.erase(items, batchId);
    return new Set(items.flatMap(({ id }, place) => (results[place]!.outcome === 'erased' ? [id] : [])));
  } catch {
    return null;
  }
}

/** Adds why items without a reason stood otherwise than they were claimed. */
async function explain({ registers }: DisposalTools, left: readonly Settled[], reasons: Map<string, KeepReason>): Promise<void> {
  const open = left.filter(({ id }) => !reasons.has(id));
  if (open.length === 0) return;
  const { register } = await registers.read();
  for (const { id, standing } of open) {
    reasons.set(id, standing.kind === 'message' ? (reasonOfHolds(standing.message, register) ?? 'changed') : 'gone');
  }
}
